#include <unistd.h>

#include "storage/data_folder.h"
#include "storage/sqlite.h"
#include "storage/store.h"

namespace tram {

Result<Store::Copied> Store::backup(const std::string& path) {
  Copied copied;
  copied.hold = std::make_shared<std::shared_lock<std::shared_mutex>>(sweeping_);
  const std::string part = path + ".part";
  ::unlink(part.c_str());
  const auto make = [&]() -> Status {
    ASSIGN_OR_RETURN(const auto source,
                     Connection::open(path_, Connection::Role::reader, options_.vfs, options_.cache_kb));
    return source->copy_to(part);
  };
  const auto check = [&]() -> Status {
    ASSIGN_OR_RETURN(const auto copy, Connection::open(part, Connection::Role::writer, "", options_.cache_kb));
    RETURN_IF_ERROR(copy->set_checkpoint_on_close(true));
    ASSIGN_OR_RETURN(const std::string answer, copy->scalar("PRAGMA quick_check(1)"));
    if (answer != "ok") return error(ErrorCode::corrupt, "the backup of " + path_ + " does not check: " + answer);
    ASSIGN_OR_RETURN(copied.blobs, Snapshot(*copy).blobs_in_files());
    return {};
  };
  Status status = make();
  if (status.ok()) status = check();
  ::unlink((part + "-wal").c_str());
  ::unlink((part + "-shm").c_str());
  if (status.ok()) status = replace_file(part, path);
  if (!status.ok()) ::unlink(part.c_str());
  RETURN_IF_ERROR(status);
  return copied;
}

}  // namespace tram
