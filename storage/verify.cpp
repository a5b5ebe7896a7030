// Does the store still say what was put into it?
#include "core/base/digest.h"
#include "storage/sqlite.h"
#include "storage/store.h"

namespace tram {
namespace {

constexpr std::size_t kPage = 200;

std::string digest_of(const Body& body) {
  const Sha256Digest digest =
      Sha256().update(body.text).update("\n").update(attachments_text(body.attachments)).finish();
  return std::string(reinterpret_cast<const char*>(digest.data()), 16);
}

Status verify_record(Snapshot& snapshot, const Record& record, Store::Verified& verified) {
  ++verified.documents;
  verified.revisions += record.tree.nodes().size();
  for (const Node& node : record.tree.nodes()) {
    if (!node.has_body) continue;
    const std::string name = record.id + " " + node.rev.text();
    auto body = snapshot.body(record, node.rev);
    if (!body || !*body) {
      verified.findings.push_back(name + ": " + (body ? "the body is missing" : body.error().message));
      continue;
    }
    ++verified.bodies;
    if (!node.digest.empty()) {
      ++verified.foreign;
      if (digest_of(**body) != node.digest) verified.findings.push_back(name + ": the body does not match its digest");
      continue;
    }
    const RevisionId parent = node.parent == Node::kNone ? RevisionId{} : record.tree.at(node.parent).rev;
    // Below a stemmed root the parent is no longer known, so its name cannot be computed again.
    if (parent.empty() && node.rev.generation > 1) continue;
    if (make_sig(parent, node.deleted, (*body)->attachments, (*body)->text) != node.rev.sig) {
      verified.findings.push_back(name + ": the body does not match its revision id");
    }
  }
  return {};
}

}  // namespace

Status Store::quick_check() {
  return read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const std::string answer, snapshot.quick_check());
    if (answer == "ok") return {};
    return error(ErrorCode::corrupt, path_ + " is damaged (" + answer + "); restore a backup, the file was kept");
  });
}

Result<Store::Verified> Store::verify() {
  Verified verified;
  RETURN_IF_ERROR(read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const std::string integrity, snapshot.integrity());
    if (integrity != "ok") verified.findings.push_back(integrity);
    std::uint64_t since = 0;
    while (true) {
      ASSIGN_OR_RETURN(const std::vector<Record> records, snapshot.changes(since, UINT64_MAX >> 1, kPage));
      if (records.empty()) return {};
      for (const Record& record : records) RETURN_IF_ERROR(verify_record(snapshot, record, verified));
      since = records.back().seq;
    }
  }));
  return verified;
}

}  // namespace tram
