#include "sync/local_peer.h"

#include <algorithm>

#include "core/base/json_reader.h"
#include "sync/wire.h"

namespace tram {
namespace {

constexpr std::string_view kCheckpointPrefix = "_local/tram-";
constexpr std::size_t kRowBytes = 100;  // about what a row without documents takes

std::size_t bytes_of(const ChangeRow& row) {
  std::size_t bytes = kRowBytes;
  for (const Document& document : row.documents) bytes += document.body.size() + 34 * document.path.size() + kRowBytes;
  return bytes;
}

// The revision asked for, or where its body is no longer kept the best leaf that grew from it.
Result<std::optional<Document>> revision_or_heir(Snapshot& snapshot, const Record& record, const RevisionId& rev) {
  const std::int32_t node = record.tree.find(rev);
  if (node == Node::kNone) return std::optional<Document>();
  ASSIGN_OR_RETURN(auto document, snapshot.document(record, node));
  if (document) return document;
  for (const std::int32_t leaf : record.tree.leaves()) {
    const auto path = record.tree.path(leaf);
    const std::uint64_t above = record.tree.at(leaf).rev.generation - rev.generation;
    if (record.tree.at(leaf).rev.generation < rev.generation || above >= path.size() || path[above] != rev.sig)
      continue;
    return snapshot.document(record, leaf);
  }
  return std::optional<Document>();
}

}  // namespace

Status bring_bytes(Store& store, Transaction& transaction, const Document& document) {
  for (const std::string& bytes : document.bytes) {
    ASSIGN_OR_RETURN(const BlobPtr blob, store.blobs().keep(bytes));
    RETURN_IF_ERROR(transaction.bring(*blob));
  }
  return {};
}

Status drop_purged(Store& store, Snapshot& snapshot, std::string_view id, std::vector<RevisionId>& revs) {
  if (store.purge_seq() == 0) return {};
  ASSIGN_OR_RETURN(const std::vector<std::string> purged, snapshot.purged(id));
  std::erase_if(
      revs, [&](const RevisionId& rev) { return std::find(purged.begin(), purged.end(), rev.text()) != purged.end(); });
  return {};
}

Status load_bytes(Snapshot& snapshot, Document& document) {
  for (const Attachment& attachment : document.attachments) {
    if (attachment.revpos <= document.held || attachment.length > kBlobInRow) continue;
    ASSIGN_OR_RETURN(auto row, snapshot.blob(attachment.sha256));
    if (!row || row->in_file) {
      return error(ErrorCode::corrupt, "the attachment " + attachment.name + " of " + document.id + " is gone");
    }
    document.bytes.push_back(std::move(row->bytes));
  }
  return {};
}

Sequence to_json(const WireSequence& sequence) { return sequence.n == 0 ? kBeginning : '"' + sequence.text() + '"'; }

std::string from_json(std::string_view sequence) {
  if (!sequence.starts_with('"')) return std::string(sequence);
  return json::Reader(sequence).string().value_or("0");
}

Result<ChangeRow> change_row(Snapshot& snapshot, const Record& record, std::optional<std::uint64_t> documents_since) {
  ChangeRow row;
  ASSIGN_OR_RETURN(const WireSequence seq, snapshot.wire(record.seq));
  row.seq = to_json(seq);
  row.id = record.id;
  row.deleted = record.tree.deleted();
  for (const std::int32_t leaf : record.tree.leaves()) {
    const Node& node = record.tree.at(leaf);
    row.leaves.push_back(node.rev);
    if (!documents_since || node.arrived <= *documents_since) continue;
    ASSIGN_OR_RETURN(auto document, snapshot.document(record, leaf));
    if (!document) continue;
    RETURN_IF_ERROR(load_bytes(snapshot, *document));
    row.documents.push_back(*std::move(document));
  }
  return row;
}

LocalPeer::LocalPeer(Store& store, LocalPeerOptions options) : store_(store), options_(options) {}

Result<PeerId> LocalPeer::id() {
  const bool instance = options_.identity == LocalPeerOptions::Identity::instance;
  return PeerId{instance ? store_.instance_uuid() : store_.db_uuid(), store_.instance_start_time()};
}

Result<ChangesPage> LocalPeer::changes(const Sequence& since, const PageOptions& options) {
  ChangesPage page;
  page.has_documents = options.inline_documents;
  RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const std::uint64_t from, snapshot.since(from_json(since)));
    ASSIGN_OR_RETURN(std::uint64_t held, snapshot.since(from_json(options.held.value_or(since))));
    held = std::min(held, from);
    ASSIGN_OR_RETURN(std::uint64_t read_to, snapshot.sequence());
    std::size_t bytes = 0;
    const auto add = [&](const Record& record) -> Result<bool> {
      ASSIGN_OR_RETURN(ChangeRow row,
                       change_row(snapshot, record, options.inline_documents ? std::optional(held) : std::nullopt));
      bytes += bytes_of(row);
      page.rows.push_back(std::move(row));
      const bool is_full = page.rows.size() >= options.rows() || bytes >= options.bytes_max;
      if (is_full) read_to = record.seq;
      return !is_full;
    };
    const std::uint64_t newest = read_to;
    RETURN_IF_ERROR(snapshot.each_change(from, newest, add));
    ASSIGN_OR_RETURN(page.pending, snapshot.pending(read_to));
    if (page.pending == 0) read_to = newest;
    ASSIGN_OR_RETURN(const WireSequence last, snapshot.wire(read_to));
    page.last_seq = to_json(last);
    return {};
  }));
  return page;
}

Result<RevisionSet> LocalPeer::missing(const RevisionSet& offered) {
  RevisionSet missing;
  RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
    for (const auto& [id, revs] : offered) {
      ASSIGN_OR_RETURN(const auto record, snapshot.find(id));
      std::vector<RevisionId> absent;
      std::copy_if(revs.begin(), revs.end(), std::back_inserter(absent),
                   [&](const RevisionId& rev) { return !record || record->tree.find(rev) == Node::kNone; });
      if (!absent.empty()) RETURN_IF_ERROR(drop_purged(store_, snapshot, id, absent));
      if (!absent.empty()) missing.emplace_back(id, std::move(absent));
    }
    return {};
  }));
  return missing;
}

Result<std::vector<Document>> LocalPeer::read(const RevisionSet& wanted) {
  std::vector<Document> found;
  RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
    for (const auto& [id, revs] : wanted) {
      ASSIGN_OR_RETURN(const auto record, snapshot.find(id));
      for (const RevisionId& rev : revs) {
        if (!record) break;
        ASSIGN_OR_RETURN(auto document, revision_or_heir(snapshot, *record, rev));
        if (!document) continue;
        RETURN_IF_ERROR(load_bytes(snapshot, *document));
        found.push_back(*std::move(document));
      }
    }
    return {};
  }));
  return found;
}

Result<Written> LocalPeer::write(std::span<const Document> documents, const WriteOptions& options) {
  Batch batch;
  batch.documents = documents;
  batch.if_seen = options.if_seen;
  if (options.checkpoint != nullptr) {
    batch.locals.push_back({std::string(kCheckpointPrefix) + options.checkpoint_id,
                            wire::write_checkpoint(*options.checkpoint), options.checkpoint->rev});
  }
  return take(batch);
}

Result<std::optional<Checkpoint>> LocalPeer::checkpoint(const std::string& replication_id) {
  std::optional<LocalDocument> found;
  RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(found, snapshot.local(std::string(kCheckpointPrefix) + replication_id));
    return {};
  }));
  if (!found) return std::optional<Checkpoint>();
  auto checkpoint = wire::read_checkpoint(found->body);
  if (checkpoint) checkpoint->rev = found->rev;
  return checkpoint;
}

Result<std::string> LocalPeer::save_checkpoint(const std::string& replication_id, const Checkpoint& checkpoint) {
  std::string rev;
  RETURN_IF_ERROR(store_.write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(rev, transaction.put_local(std::string(kCheckpointPrefix) + replication_id,
                                                wire::write_checkpoint(checkpoint), checkpoint.rev));
    return {};
  }));
  return rev;
}

}  // namespace tram
