// Settling: what LocalPeer does about documents after they are stored.
#include <algorithm>
#include <charconv>

#include "core/records/resolve.h"
#include "sync/local_peer.h"

namespace tram {
namespace {

constexpr std::string_view kSettled = "settled";  // meta: the sequence up to which all is done
constexpr std::size_t kDocumentsAtOnce = 200;
constexpr std::size_t kConflictsAtOnce = 1000;
constexpr std::uint64_t kUnnotedMax = 100;  // documents to look at again after a crash

Result<std::uint64_t> remembered(Transaction& transaction) {
  ASSIGN_OR_RETURN(const auto text, transaction.meta(kSettled));
  std::uint64_t n = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), n);
  return n;
}

}  // namespace

Status LocalPeer::settle() {
  if (!options_.merges && options_.rules == nullptr) return {};
  for (bool more = true; more;) {
    if (settled_ >= store_.sequence() && settled_ > 0) return {};
    RETURN_IF_ERROR(settle_some(more));
  }
  return {};
}

Status LocalPeer::settle_some(bool& more) {
  std::uint64_t settled = 0;
  RETURN_IF_ERROR(store_.write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const std::uint64_t noted, remembered(transaction));
    noted_ = noted;
    const std::uint64_t newest = transaction.last_sequence();
    const std::uint64_t from = std::max(noted, settled_.load());
    // Rules act on whatever arrived; without them only a conflict is anything to look at.
    ASSIGN_OR_RETURN(const auto records, options_.rules != nullptr ? transaction.changes(from, newest, kDocumentsAtOnce)
                                                                   : transaction.in_conflict(kDocumentsAtOnce, from));
    more = records.size() == kDocumentsAtOnce;
    std::vector<std::string> ids;
    for (const Record& record : records) {
      ids.push_back(record.id);
      RETURN_IF_ERROR(merge(transaction, record));
    }
    if (options_.rules != nullptr && !ids.empty()) RETURN_IF_ERROR(options_.rules->after(transaction, ids));
    settled = more ? records.back().seq : transaction.last_sequence();
    if (transaction.last_sequence() == newest && settled <= noted + kUnnotedMax) return {};
    return transaction.set_meta(kSettled, std::to_string(settled));
  }));
  raise_settled(settled);
  return {};
}

void LocalPeer::raise_settled(std::uint64_t settled) {
  std::uint64_t known = settled_;
  while (known < settled && !settled_.compare_exchange_weak(known, settled)) {
  }
}

// A batch without conflicts, and without anything for the rules to do, leaves nothing to settle where nothing was.
Result<bool> LocalPeer::settled_with(Transaction& transaction, std::span<const Document> documents,
                                     std::uint64_t before) {
  if ((!options_.merges && options_.rules == nullptr) || settled_ == 0) return false;
  if (settled_ != before) {
    // The batch before this one may stand in this very transaction, or its thread has not come so far as to say so.
    ASSIGN_OR_RETURN(const std::uint64_t noted, remembered(transaction));
    if (noted != before) return false;
  }
  const auto acts = [&](const Document& document) { return options_.rules->acts_on(document.id); };
  if (options_.merges && transaction.any_in_conflict()) return false;
  if (options_.rules != nullptr && std::any_of(documents.begin(), documents.end(), acts)) return false;
  if (transaction.last_sequence() <= noted_ + kUnnotedMax) return true;
  noted_ = transaction.last_sequence();
  RETURN_IF_ERROR(transaction.set_meta(kSettled, std::to_string(noted_)));
  return true;
}

Status LocalPeer::merge(Transaction& transaction, const Record& record) {
  if (!options_.merges || record.tree.live_leaves() < 2 || record.id.starts_with("_design/")) return {};
  ASSIGN_OR_RETURN(const Resolution resolution, resolve(record.id, record.tree, [&](const RevisionId& rev) {
                     return transaction.body(record, rev);
                   }));
  if (resolution.revisions.empty()) return {};
  for (const Document& revision : resolution.revisions) {
    if (options_.rules == nullptr || revision.deleted) continue;
    ASSIGN_OR_RETURN(const auto refused, options_.rules->judge(transaction, revision, record, false));
    if (refused) return {};  // a person decides
  }
  const Status put = transaction.put_own(resolution.revisions);
  return !put && put.error().name == "purged" ? Status() : put;
}

Status LocalPeer::merge_pending() {
  RETURN_IF_ERROR(settle());
  if (!options_.merges) return {};
  std::vector<Record> conflicts;
  RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(conflicts, snapshot.in_conflict(kConflictsAtOnce));
    return {};
  }));
  for (const Record& conflict : conflicts) {
    RETURN_IF_ERROR(store_.write([&](Transaction& transaction) -> Status {
      ASSIGN_OR_RETURN(const auto record, transaction.find(conflict.id));
      return record ? merge(transaction, *record) : Status();
    }));
  }
  return settle();
}

Status merge_pending(Store& store, Rules* rules) {
  return LocalPeer(store, {.rules = rules, .merges = true}).merge_pending();
}

Status merge_document(Transaction& transaction, std::string_view id) {
  ASSIGN_OR_RETURN(const auto record, transaction.find(id));
  if (!record || record->tree.live_leaves() < 2) return {};
  ASSIGN_OR_RETURN(const Resolution resolution,
                   resolve(id, record->tree, [&](const RevisionId& rev) { return transaction.body(*record, rev); }));
  return transaction.put_own(resolution.revisions);
}

}  // namespace tram
