// Does the store still say what was put into it?
#include "core/base/digest.h"
#include "storage/body_check.h"
#include "storage/sqlite.h"
#include "storage/store.h"

namespace tram {
namespace {

constexpr std::size_t kPage = 200;
constexpr std::size_t kVerifyBlock = 256 << 10;

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
    const BodyCheck check = check_body(record.tree, node, **body);
    if (!node.digest.empty()) ++verified.foreign;
    if (check == BodyCheck::wrong_digest) verified.findings.push_back(name + ": the body does not match its digest");
    if (check == BodyCheck::wrong_id) verified.findings.push_back(name + ": the body does not match its revision id");
  }
  return {};
}

Status verify_blob(BlobReader bytes, const std::string& name, Store::Verified& verified) {
  Sha256 digest;
  for (std::uint64_t at = 0; at < bytes.length();) {
    auto block = bytes.read(at, kVerifyBlock);
    if (!block) {
      verified.findings.push_back("attachment " + name + ": " + block.error().message);
      return {};
    }
    digest.update(*block);
    at += block->size();
  }
  if (to_hex(digest.finish()) != name) verified.findings.push_back("attachment " + name + ": the bytes have changed");
  return {};
}

}  // namespace

BodyCheck check_body(const RevisionTree& tree, const Node& node, const Body& body) {
  if (!node.digest.empty()) return digest_of(body) == node.digest ? BodyCheck::foreign : BodyCheck::wrong_digest;
  const RevisionId parent = node.parent == Node::kNone ? RevisionId{} : tree.at(node.parent).rev;
  if (parent.empty() && node.rev.generation > 1) return BodyCheck::stemmed;
  const bool fits = is_made_sig(node.rev.sig, parent, node.deleted, body.attachments, body.text);
  return fits ? BodyCheck::own : BodyCheck::wrong_id;
}

Status Store::quick_check() {
  return read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const std::string answer, snapshot.quick_check());
    if (answer == "ok") return {};
    return error(ErrorCode::corrupt, path_ + " is damaged (" + answer + "); restore a backup, the file was kept");
  });
}

Status Store::verify_blobs(Verified& verified) {
  const std::shared_lock lock(sweeping_);
  std::vector<std::string> names, unknown;
  RETURN_IF_ERROR(read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(names, snapshot.blobs());
    ASSIGN_OR_RETURN(unknown, snapshot.unknown_blobs());
    return {};
  }));
  for (const std::string& name : unknown) {
    verified.findings.push_back("attachment " + name + ": a document names it, and it is not here");
  }
  for (const std::string& name : names) {
    ++verified.blobs;
    auto found = blob(name);
    if (!found || !*found) {
      verified.findings.push_back("attachment " + name + ": " + (found ? "gone" : found.error().message));
      continue;
    }
    RETURN_IF_ERROR(verify_blob((*found)->bytes, name, verified));
  }
  return {};
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
  RETURN_IF_ERROR(verify_blobs(verified));
  return verified;
}

}  // namespace tram
