// Attachments in a store: what documents name, which blobs are kept, which go.
#include <algorithm>

#include "storage/sqlite.h"
#include "storage/store.h"

namespace tram {
namespace {

constexpr std::int64_t kUnusedKeptMs = 7LL * 24 * 3600 * 1000;
constexpr std::int64_t kSweptAtOnce = 1000;

Result<std::vector<std::string>> names_of(Result<Statement> query) {
  RETURN_IF_ERROR(query);
  std::vector<std::string> names;
  while (true) {
    ASSIGN_OR_RETURN(const bool row, query->step());
    if (!row) return names;
    names.emplace_back(query->text(0));
  }
}

const Attachment* named(const std::vector<Attachment>& attachments, const std::string& name) {
  const auto found =
      std::find_if(attachments.begin(), attachments.end(), [&](const Attachment& one) { return one.name == name; });
  return found == attachments.end() ? nullptr : &*found;
}

}  // namespace

// ---- reading

Result<std::optional<Snapshot::BlobRow>> Snapshot::blob(std::string_view sha256) {
  ASSIGN_OR_RETURN(Statement query,
                   connection_->query("SELECT length, digest, EXISTS (SELECT 1 FROM uses WHERE blob = n), bytes "
                                      "FROM blobs WHERE sha256 = ?",
                                      sha256));
  ASSIGN_OR_RETURN(const bool found, query.step());
  if (!found) return std::optional<BlobRow>();
  return std::optional(BlobRow{static_cast<std::uint64_t>(query.integer(0)), std::string(query.text(1)),
                               query.integer(2) > 0, query.is_null(3), std::string(query.text(3))});
}

Result<std::vector<std::string>> Snapshot::blobs() {
  return names_of(connection_->query("SELECT sha256 FROM blobs WHERE n IN (SELECT blob FROM uses) ORDER BY n"));
}

Result<std::vector<std::string>> Snapshot::blobs_in_files() {
  return names_of(
      connection_->query("SELECT sha256 FROM blobs WHERE n IN (SELECT blob FROM uses) AND bytes IS NULL ORDER BY n"));
}

Result<std::vector<std::string>> Snapshot::unknown_blobs() {
  return names_of(connection_->query(R"sql(
      SELECT DISTINCT json_extract(value, '$.sha256') AS name FROM bodies, json_each(bodies.attachments)
       WHERE bodies.attachments IS NOT NULL AND NOT EXISTS (
             SELECT 1 FROM uses JOIN blobs ON n = blob WHERE uses.body = bodies.body AND blobs.sha256 = name))sql"));
}

Result<std::optional<Store::FoundBlob>> Store::blob(std::string_view sha256) {
  std::optional<Snapshot::BlobRow> row;
  RETURN_IF_ERROR(read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(row, snapshot.blob(sha256));
    return {};
  }));
  if (!row) return std::optional<FoundBlob>();
  if (!row->in_file) return std::optional(FoundBlob{BlobReader(std::move(row->bytes)), row->digest, row->is_used});
  ASSIGN_OR_RETURN(BlobReader bytes, blobs_.open(sha256, row->length));
  return std::optional(FoundBlob{std::move(bytes), row->digest, row->is_used});
}

// ---- writing

Status Transaction::bring(const HeldBlob& blob) {
  if (blob.folder != nullptr) {
    return connection_->run(
        "INSERT INTO blobs(sha256, length, digest) VALUES (?, ?, ?) "
        "ON CONFLICT(sha256) DO UPDATE SET unused = NULL",
        blob.sha256, blob.length, blob.digest);
  }
  return connection_->run(
      "INSERT INTO blobs(sha256, length, digest, bytes) VALUES (?, ?, ?, ?) "
      "ON CONFLICT(sha256) DO UPDATE SET unused = NULL, bytes = coalesce(bytes, excluded.bytes)",
      blob.sha256, blob.length, blob.digest, Blob{blob.bytes});
}

Status Transaction::resolve_attachments(const Record& record, std::string_view name, const RevisionId& rev,
                                        const std::vector<RevisionId>& above, std::vector<Attachment>& attachments) {
  std::optional<std::vector<Attachment>> inherited;  // of the nearest ancestor with a body
  const auto inherit = [&](const Attachment& stub) -> Result<const Attachment*> {
    for (std::size_t i = 0; !inherited && i < above.size(); ++i) {
      ASSIGN_OR_RETURN(auto ancestor, body(record, above[i]));
      if (ancestor) inherited = std::move(ancestor->attachments);
    }
    const Attachment* const found = inherited ? named(*inherited, stub.name) : nullptr;
    return found && (stub.revpos == 0 || stub.revpos == found->revpos) ? found : nullptr;
  };
  for (Attachment& attachment : attachments) {
    if (attachment.sha256.empty()) {
      ASSIGN_OR_RETURN(const Attachment* const found, inherit(attachment));
      if (found) {
        attachment = *found;
        continue;
      }
    }
    std::optional<BlobRow> row;
    if (!attachment.sha256.empty()) {
      ASSIGN_OR_RETURN(row, blob(attachment.sha256));
    }
    if (!row) {
      return error(ErrorCode::conflict, "Invalid attachment stub in " + std::string(name) + " for " + attachment.name,
                   "missing_stub");
    }
    attachment.length = row->length;
    attachment.digest = row->digest;
    if (attachment.revpos == 0 || attachment.revpos > rev.generation) attachment.revpos = rev.generation;
  }
  return {};
}

// ---- upkeep

// Rows that are unused for long go; their files may follow once that is committed.
Result<std::vector<std::string>> Transaction::condemn_blobs(std::int64_t now_ms,
                                                            const std::function<bool(const std::string&)>& is_held) {
  RETURN_IF_ERROR(
      connection_->run("UPDATE blobs SET unused = NULL WHERE unused IS NOT NULL AND n IN (SELECT blob FROM uses)"));
  // A mark from the future is one of a clock that was wrong.
  RETURN_IF_ERROR(connection_->run(
      "UPDATE blobs SET unused = ? WHERE (unused IS NULL OR unused > ?) AND n NOT IN (SELECT blob FROM uses)", now_ms,
      now_ms));
  ASSIGN_OR_RETURN(std::vector<std::string> old,
                   names_of(connection_->query("SELECT sha256 FROM blobs WHERE unused < ? LIMIT ?",
                                               now_ms - kUnusedKeptMs, kSweptAtOnce)));
  std::erase_if(old, is_held);
  for (const std::string& name : old) RETURN_IF_ERROR(connection_->run("DELETE FROM blobs WHERE sha256 = ?", name));
  return old;
}

Status Transaction::use_blobs(std::uint64_t body, const std::vector<Attachment>& attachments) {
  for (const Attachment& attachment : attachments) {
    RETURN_IF_ERROR(connection_->run("INSERT OR IGNORE INTO uses(body, blob) SELECT ?, n FROM blobs WHERE sha256 = ?",
                                     body, attachment.sha256));
  }
  return {};
}

// A file that no row speaks of was left by a power cut, or belongs to a later state of this store: it gets a row, as one
// that is unused.
Status Store::adopt_strays() {
  std::vector<std::string> strays;
  RETURN_IF_ERROR(read([&](Snapshot& snapshot) -> Status {
    for (std::string& name : blobs_.files()) {
      ASSIGN_OR_RETURN(const auto row, snapshot.blob(name));
      if (!row && !blobs_.is_held(name)) strays.push_back(std::move(name));
    }
    return {};
  }));
  for (const std::string& name : strays) {
    const auto blob = blobs_.examine(name);
    if (!blob && blob.error().code == ErrorCode::not_found) {
      blobs_.drop(name);
      continue;
    }
    RETURN_IF_ERROR(blob);
    RETURN_IF_ERROR(write([&](Transaction& transaction) { return transaction.bring(**blob); }));
  }
  return {};
}

Status Store::sweep_blobs(bool at_start) {
  const std::unique_lock lock(sweeping_, std::try_to_lock);
  if (!lock.owns_lock()) return {};  // a backup is being made: the next sweep
  blobs_.remove_leftovers(at_start, (options_.clock->wall_ms() - kUnusedKeptMs) / 1000);
  RETURN_IF_ERROR(adopt_strays());
  std::vector<std::string> condemned;
  RETURN_IF_ERROR(write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(condemned, transaction.condemn_blobs(options_.clock->wall_ms(), [&](const std::string& name) {
      return blobs_.is_held(name);
    }));
    return {};
  }));
  for (const std::string& name : condemned) blobs_.drop(name);
  return {};
}

}  // namespace tram
