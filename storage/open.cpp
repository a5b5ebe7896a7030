// Opening a store: what is checked, in which order, before anybody may use it (docs/storage.md).
#include <unistd.h>

#include <algorithm>

#include "core/base/log.h"
#include "storage/data_folder.h"
#include "storage/log_vfs.h"
#include "storage/migrate.h"
#include "storage/schema.h"
#include "storage/sidecar.h"
#include "storage/sqlite.h"
#include "storage/store.h"

namespace tram {
namespace {

constexpr std::int64_t kApplicationId = 0x5472616d;                  // "Tram"
constexpr std::uint64_t kQuickCheckBytesMax = 256ULL * 1024 * 1024;  // larger files are checked by upkeep, not at start

constexpr const char* kSuspect = ".suspect";  // beside a file that was found damaged while in use

}  // namespace

Store::Store(std::string path, const StoreOptions& options)
    : path_(std::move(path)), options_(options), blobs_(path_ + std::string(kBlobFolder), *options.random) {}

Store::~Store() {
  readers_free_.clear();
  // A clean stop leaves one file: no log to be lost when somebody copies only the database.
  if (!opened_ || broken_) return;
  (void)writer_->set_checkpoint_on_close(true);
  if (options_.vfs.empty() && sequence() != remembered_) (void)write_sidecar(path_, {db_uuid_, sequence()});
}

Result<std::unique_ptr<Store>> Store::open(const std::string& path, const StoreOptions& options) {
  CHECK(options.clock != nullptr && options.random != nullptr);
  auto store = open_once(path, options);
  if (store || store.error().code != ErrorCode::disk_full || !options.on_disk_full) return store;
  options.on_disk_full();  // with the room that this makes, what is stored can at least be read
  return open_once(path, options);
}

Result<std::unique_ptr<Store>> Store::open_once(const std::string& path, const StoreOptions& options) {
  const bool unclean = options.vfs.empty() && file_exists(path + "-wal");
  const bool suspect = options.vfs.empty() && file_exists(path + kSuspect);
  std::unique_ptr<Store> store(new Store(path, options));
  RETURN_IF_ERROR(store->open_connections());
  RETURN_IF_ERROR(store->check_schema());
  if (unclean) {
    ASSIGN_OR_RETURN(const std::string pages, store->writer_->scalar("PRAGMA page_count"));
    if (std::stoull(pages) * 4096 <= kQuickCheckBytesMax) RETURN_IF_ERROR(store->quick_check());
  }
  if (suspect) {
    RETURN_IF_ERROR(store->integrity_check());
    ::unlink((path + kSuspect).c_str());
  }
  RETURN_IF_ERROR(store->make_durable());
  RETURN_IF_ERROR(store->load_identity());
  if (options.vfs.empty()) RETURN_IF_ERROR(store->check_sidecar());
  store->opened_ = true;
  if (const Status swept = store->sweep_blobs(true); !swept) {
    log::warning("attachments_not_swept", {{"file", path}, {"why", swept.error().message}});
  }
  return store;
}

// What lies in the log may never have reached the disk: the flush failed, or the program ended before it. It is about to
// be told, so it is written anew. Where there is no room for that, what is there can at least be read.
Status Store::make_durable() {
  const auto folded = writer_->scalar("PRAGMA wal_checkpoint(TRUNCATE)");
  if (folded || folded.error().code == ErrorCode::disk_full) return {};
  return folded.error();
}

Status Store::open_connections() {
  ASSIGN_OR_RETURN(writer_,
                   Connection::open(path_, Connection::Role::writer, log_vfs_over(options_.vfs), options_.cache_kb));
  RETURN_IF_ERROR(writer_->script("PRAGMA synchronous=FULL; PRAGMA journal_size_limit=67108864"));
  log_pages_ = 0;
  return allow_log(kLogPages);
}

// Pages that the log may have after a commit before they are folded into the file.
Status Store::allow_log(int pages) {
  if (pages == log_pages_) return {};
  RETURN_IF_ERROR(writer_->script("PRAGMA wal_autocheckpoint=" + std::to_string(pages)));
  log_pages_ = pages;
  return {};
}

Status Store::check_schema() {
  ASSIGN_OR_RETURN(const std::string version, writer_->scalar("PRAGMA user_version"));
  ASSIGN_OR_RETURN(const std::string application, writer_->scalar("PRAGMA application_id"));
  ASSIGN_OR_RETURN(const std::string tables, writer_->scalar("SELECT count(*) FROM sqlite_schema"));
  const bool fresh = version == "0" && application == "0" && tables == "0";
  if (!fresh && std::stoll(application) != kApplicationId) {
    return error(ErrorCode::corrupt, path_ + " is a database of another program; it was not touched", "wrong_file");
  }
  if (std::stoul(version) > std::size(kSchema)) {
    return error(ErrorCode::newer_schema, path_ + " was written by a newer version of this program (schema " + version +
                                              "); install that version, nothing was changed");
  }
  ASSIGN_OR_RETURN(const std::string mode, writer_->scalar("PRAGMA journal_mode=WAL"));
  if (mode != "wal") return error(ErrorCode::storage_error, path_ + ": the disk does not allow a write-ahead log");
  ASSIGN_OR_RETURN(const std::string synchronous, writer_->scalar("PRAGMA synchronous"));
  if (synchronous != "2") return error(ErrorCode::storage_error, path_ + ": PRAGMA synchronous is not FULL");
  if (std::stoul(version) == std::size(kSchema)) return {};
  return migrate(*writer_, path_, std::stoul(version), kSchema, [&] { return fresh ? be_born() : Status(); });
}

Status Store::be_born() {
  const std::string start_time = std::to_string(std::max<std::int64_t>(1, options_.clock->wall_ms() / 1000));
  for (const auto& [name, value] : {std::pair<std::string_view, std::string>{"db_uuid", options_.random->hex(16)},
                                    {"instance_uuid", options_.random->hex(16)},
                                    {"instance_start_time", start_time}}) {
    RETURN_IF_ERROR(writer_->run("INSERT INTO meta(name, value) VALUES (?, ?)", name, value));
  }
  return writer_->script("PRAGMA application_id=" + std::to_string(kApplicationId));
}

// SQLite replays a foreign log before anybody can look, hence only after opening, and before any use.
Status Store::check_sidecar() {
  ASSIGN_OR_RETURN(const auto sidecar, read_sidecar(path_));
  if (!sidecar) return remember_sequence(sequence());
  remembered_ = sidecar->sequence;
  if (sidecar->db_uuid != db_uuid_) {
    return error(ErrorCode::corrupt,
                 path_ + " is another database than the one that was here (" + sidecar_path(path_) +
                     "); put the right file back, or restore a backup",
                 "wrong_file");
  }
  if (sequence() >= remembered_) return {};
  log::warning("store_went_back",
               {{"file", path_}, {"sequence", std::to_string(sequence())}, {"was", std::to_string(remembered_)}});
  RETURN_IF_ERROR(begin_new_history(true, true));
  return remember_sequence(sequence());
}

Status Store::integrity_check() {
  ASSIGN_OR_RETURN(const std::string answer, writer_->scalar("PRAGMA integrity_check(1)"));
  return answer == "ok" ? Status() : Status(error(ErrorCode::corrupt, path_ + " is damaged: " + answer));
}

Status Store::note_damage(Status status) {
  if (status.ok() || status.error().code != ErrorCode::corrupt || !options_.vfs.empty()) return status;
  if (!suspect_.exchange(true)) (void)write_file(path_ + kSuspect, status.error().message + "\n");
  return status;
}

Status Store::take_over(const std::string& db_uuid) {
  RETURN_IF_ERROR(write([&](Transaction& transaction) { return transaction.set_meta("db_uuid", db_uuid); }));
  RETURN_IF_ERROR(write([&](Transaction&) -> Status { return load_identity(); }));
  return remember_sequence(sequence());
}

Status Store::remember_sequence(std::uint64_t sequence) {
  RETURN_IF_ERROR(write_sidecar(path_, {db_uuid_, sequence}));
  remembered_ = sequence;
  return {};
}

Status Store::load_identity() {
  Snapshot snapshot(*writer_);
  const auto required = [&](std::string_view name, std::string& into) -> Status {
    ASSIGN_OR_RETURN(const auto value, snapshot.meta(name));
    if (!value) return error(ErrorCode::corrupt, path_ + " lacks its " + std::string(name));
    into = *value;
    return {};
  };
  const std::scoped_lock lock(identity_mutex_);
  RETURN_IF_ERROR(required("db_uuid", db_uuid_));
  RETURN_IF_ERROR(required("instance_uuid", instance_uuid_));
  RETURN_IF_ERROR(required("instance_start_time", instance_start_time_));
  ASSIGN_OR_RETURN(const std::uint64_t newest, snapshot.sequence());
  ASSIGN_OR_RETURN(const auto purges, snapshot.meta(kPurgeSeq));
  purge_seq_.store(purges ? std::stoull(*purges) : 0, std::memory_order_release);
  ASSIGN_OR_RETURN(epoch_, writer_->scalar("SELECT epoch FROM epochs ORDER BY first_seq DESC LIMIT 1"));
  epoch_open_ = false;
  sequence_.store(newest, std::memory_order_release);

  confirmed_.clear();
  ASSIGN_OR_RETURN(Statement query, writer_->query("SELECT name, value FROM meta WHERE name LIKE 'confirmed:%'"));
  while (true) {
    ASSIGN_OR_RETURN(const bool row, query.step());
    if (!row) return {};
    confirmed_[std::string(query.text(0).substr(10))] = std::stoull(std::string(query.text(1)));
  }
}

Status Store::begin_new_history(bool new_instance, bool new_start_time) {
  const std::string start_time =
      std::to_string(std::max<std::int64_t>(options_.clock->wall_ms() / 1000, std::stoll(instance_start_time()) + 1));
  RETURN_IF_ERROR(write([&](Transaction& transaction) -> Status {
    if (new_instance) RETURN_IF_ERROR(transaction.set_meta("instance_uuid", options_.random->hex(16)));
    if (new_start_time) RETURN_IF_ERROR(transaction.set_meta("instance_start_time", start_time));
    return {};
  }));
  return write([&](Transaction&) -> Status { return load_identity(); });
}

}  // namespace tram
