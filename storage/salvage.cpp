#include "storage/salvage.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "core/base/log.h"
#include "storage/body_check.h"
#include "storage/data_folder.h"
#include "storage/sidecar.h"
#include "storage/sqlite.h"

namespace tram {
namespace {

constexpr std::size_t kLostLinesMax = 10'000;

std::string free_name(const std::string& path) {
  for (int n = 1;; ++n) {
    std::string name = path + ".corrupt-" + std::to_string(n);
    if (!file_exists(name)) return name;
  }
}

Status move_store(const std::string& from, const std::string& to) {
  for (const char* tail : {"-wal", "-shm", ""}) {
    std::error_code failed;
    if (file_exists(from + tail)) std::filesystem::rename(from + tail, to + tail, failed);
    if (failed) return error(ErrorCode::storage_error, "cannot rename " + from + tail + ": " + failed.message());
  }
  return {};
}

class Salvage {
 public:
  Salvage(Snapshot& damaged, Store& fresh, Salvaged& told) : damaged_(damaged), fresh_(fresh), told_(told) {}

  // Each sequence is looked for by itself: a damaged page takes with it what lies on it and nothing else.
  Status run(std::uint64_t until) {
    for (std::uint64_t n = 1; n <= until; ++n) {
      const auto found = damaged_.changes(n - 1, n, 1);
      if (!found) {
        lose("the document of change " + std::to_string(n), found.error());
      } else if (!found->empty()) {
        RETURN_IF_ERROR(take(found->front()));
      }
    }
    return {};
  }

 private:
  Status take(const Record& record) {
    const RevisionTree& tree = record.tree;
    std::vector<const Node*> nodes;
    for (const Node& node : tree.nodes()) {
      if (node.has_body) nodes.push_back(&node);
    }
    std::sort(nodes.begin(), nodes.end(), [](const Node* a, const Node* b) { return a->rev < b->rev; });
    bool any = false;
    RETURN_IF_ERROR(fresh_.write([&](Transaction& transaction) -> Status {
      for (const Node* node : nodes) {
        const auto document = damaged_.document(record, tree.find(node->rev));
        const std::string name = record.id + " " + node->rev.text();
        if (!document) {
          lose(name, document.error());
        } else if (!*document) {
          lose(name, error(ErrorCode::corrupt, "its body is missing"));
        } else if (!sound(tree, *node, **document)) {
          lose(name, error(ErrorCode::corrupt, "its body is not what was saved"));
        } else {
          RETURN_IF_ERROR(bring_small_blobs(transaction, **document));
          const auto put = transaction.put(**document);
          if (!put && put.error().name != "missing_stub") return put.error();
          any = any || (put && *put == Transaction::Put::stored);
          if (put) {
            ++told_.revisions;
          } else {
            lose(name, put.error());
          }
        }
      }
      return {};
    }));
    if (any) ++told_.documents;
    return {};
  }

  // Those that lie in rows; files lie where the fresh store has found them.
  Status bring_small_blobs(Transaction& transaction, const Document& document) {
    for (const Attachment& attachment : document.attachments) {
      const auto row = damaged_.blob(attachment.sha256);
      if (!row || !*row || (*row)->in_file) continue;
      ASSIGN_OR_RETURN(const BlobPtr blob, fresh_.blobs().keep((*row)->bytes));
      RETURN_IF_ERROR(transaction.bring(*blob));
    }
    return {};
  }

  static bool sound(const RevisionTree& tree, const Node& node, const Document& document) {
    const BodyCheck check = check_body(tree, node, {document.body, document.attachments});
    return check != BodyCheck::wrong_digest && check != BodyCheck::wrong_id;
  }

  void lose(const std::string& what, const Error& why) {
    if (told_.lost.size() < kLostLinesMax) told_.lost.push_back(what + ": " + why.message);
  }

  Snapshot& damaged_;
  Store& fresh_;
  Salvaged& told_;
};

// What was purged stays so, as far as the list can be read.
Status keep_purged(Snapshot& damaged, Store& fresh) {
  const auto purges = damaged.meta(kPurgeSeq);
  const auto all = damaged.all_purged();
  if (!purges || !*purges || !all) return {};
  return fresh.write([&](Transaction& transaction) { return transaction.keep_purged(*all, **purges); });
}

Status salvage_into(const std::string& path, const StoreOptions& options, const std::optional<Sidecar>& sidecar,
                    Salvaged& told) {
  ASSIGN_OR_RETURN(const auto fresh, Store::open(path, options));
  RETURN_IF_ERROR(fresh->sweep_blobs(true));  // knows the files of attachments now
  std::string db_uuid = sidecar ? sidecar->db_uuid : "";
  std::uint64_t until = sidecar ? sidecar->sequence + kSidecarStep : kSidecarStep;
  const auto damaged = Connection::open(told.kept_as, Connection::Role::reader, options.vfs, options.cache_kb);
  if (damaged) {
    Snapshot snapshot(**damaged);
    if (const auto newest = snapshot.sequence()) until = std::max(until, *newest);
    if (const auto uuid = snapshot.meta("db_uuid"); uuid && *uuid && db_uuid.empty()) db_uuid = **uuid;
    RETURN_IF_ERROR(Salvage(snapshot, *fresh, told).run(until));
    RETURN_IF_ERROR(keep_purged(snapshot, *fresh));
  } else {
    told.lost.push_back("everything that was not sent: " + damaged.error().message);
  }
  return db_uuid.empty() ? Status() : fresh->take_over(db_uuid);
}

void remove_store(const std::string& path) {
  for (const char* tail : {"", "-wal", "-shm", ".id"}) ::unlink((path + tail).c_str());
}

}  // namespace

Result<Salvaged> salvage(const std::string& path, const StoreOptions& options) {
  auto sidecar = read_sidecar(path);
  if (!sidecar) sidecar = std::optional<Sidecar>();
  Salvaged told;
  told.kept_as = free_name(path);
  RETURN_IF_ERROR(move_store(path, told.kept_as));
  ::unlink(sidecar_path(path).c_str());
  Status status = salvage_into(path, options, *sidecar, told);
  if (!status.ok()) {
    remove_store(path);
    if (*sidecar) (void)write_sidecar(path, **sidecar);
    (void)move_store(told.kept_as, path);
    return status.error().within("salvaging " + path);
  }
  std::string list = std::to_string(told.documents) + " documents, " + std::to_string(told.revisions) +
                     " revisions saved; not saved: " + std::to_string(told.lost.size()) + "\n";
  for (const std::string& line : told.lost) list += line + "\n";
  RETURN_IF_ERROR(write_file(told.kept_as + ".txt", list));
  log::warning("store_salvaged", {{"kept_as", told.kept_as},
                                  {"documents", std::to_string(told.documents)},
                                  {"lost", std::to_string(told.lost.size())}});
  return told;
}

Result<std::unique_ptr<Store>> open_or_salvage(const std::string& path, const StoreOptions& options,
                                               std::optional<Salvaged>* salvaged) {
  auto store = Store::open(path, options);
  if (store || store.error().code != ErrorCode::corrupt || store.error().name == "wrong_file") return store;
  ASSIGN_OR_RETURN(Salvaged told, salvage(path, options));
  if (salvaged != nullptr) *salvaged = std::move(told);
  return Store::open(path, options);
}

}  // namespace tram
