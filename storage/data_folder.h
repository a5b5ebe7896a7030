// storage/data_folder.h: the folder in which a program keeps its stores, and who may use it.
//
// One process at a time: a lock file (flock on tram.lock) is held for the life of a DataFolder. The kernel drops the
// lock when the process ends, however it ends.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace tram {

class DataFolder {
 public:
  // Makes the folder (mode 0700) when `create`. Errors: not_found (no such folder, when not creating), in_use (held by
  // another process after waiting wait_ms), storage_error (cannot be made, not writable, named; read-only disk).
  static Result<DataFolder> acquire(const std::string& folder, bool create, std::int64_t wait_ms, Clock& clock);
  DataFolder(DataFolder&& other) noexcept;
  DataFolder& operator=(DataFolder&& other) noexcept;
  ~DataFolder();

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  DataFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_ = -1;
};

// The reserve of a data folder: a file that takes up room (reserve.bin), made only where three times its size is free. It
// is given up when the disk is full, so that what is stored can still be folded together, exported and deleted, and made
// again once there is room. keep_reserve returns whether it is there. Any thread.
bool keep_reserve(const std::string& folder, std::uint64_t bytes);
void spend_reserve(const std::string& folder);

// Bytes free on the disk of a path, for unprivileged users; 0 when unknown.
std::uint64_t free_bytes(const std::string& path);

// Whole small files. read: not_found, storage_error. write: to a temporary file, flushed, renamed, folder flushed.
Result<std::string> read_file(const std::string& path, std::size_t bytes_max = 16 * 1024 * 1024);
Status write_file(const std::string& path, std::string_view bytes, unsigned mode = 0600);
// Flushes a finished file and renames it over another; the folder is flushed too.
Status replace_file(const std::string& from, const std::string& to);
bool file_exists(const std::string& path);

}  // namespace tram
