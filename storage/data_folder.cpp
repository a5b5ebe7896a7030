#include "storage/data_folder.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace tram {
namespace {

constexpr std::int64_t kLockPollMs = 20;
constexpr const char* kReserve = "reserve.bin";

Error system_error(const std::string& doing, int number) {
  const ErrorCode code = number == ENOSPC || number == EDQUOT   ? ErrorCode::disk_full
                         : number == ENOENT                     ? ErrorCode::not_found
                         : number == EMFILE || number == ENFILE ? ErrorCode::busy
                                                                : ErrorCode::storage_error;
  return error(code, doing + ": " + std::strerror(number));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }

 private:
  int number_;
};

std::string folder_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

Status flush_folder(const std::string& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() < 0 || ::fsync(descriptor.get()) != 0) return system_error("flush " + folder, errno);
  return {};
}

Status rename_file(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return system_error("cannot rename " + from, errno);
  return flush_folder(folder_of(to));
}

}  // namespace

Result<DataFolder> DataFolder::acquire(const std::string& folder, bool create, std::int64_t wait_ms, Clock& clock) {
  if (create && ::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return system_error("cannot make the data directory " + folder, errno);
  }
  const std::string lock_path = folder + "/tram.lock";
  const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock < 0) {
    if (errno == ENOENT) {
      return error(ErrorCode::not_found,
                   "no data directory at " + folder + "; make one with `init --data " + folder + "`");
    }
    return system_error("cannot use the data directory " + folder, errno);
  }
  DataFolder held(folder, lock);
  const std::int64_t until = clock.steady_ms() + wait_ms;
  while (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return system_error("cannot lock " + lock_path, errno);
    if (clock.steady_ms() >= until) {
      return error(ErrorCode::in_use, "the data directory " + folder + " is in use by another process");
    }
    clock.sleep_ms(kLockPollMs, std::stop_token());
  }
  return held;
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataFolder& DataFolder::operator=(DataFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

DataFolder::~DataFolder() {
  if (lock_ >= 0) ::close(lock_);
}

bool keep_reserve(const std::string& folder, std::uint64_t bytes) {
  const std::string path = folder + "/" + kReserve;
  if (file_exists(path)) return true;
  struct statfs disk {};
  if (::statfs(folder.c_str(), &disk) != 0 || disk.f_type == TMPFS_MAGIC) return false;  // memory is no disk
  if (free_bytes(folder) < 3 * bytes) return false;
  const std::string part = path + ".part";
  {
    const Descriptor descriptor(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (descriptor.get() < 0) return false;
    if (::posix_fallocate(descriptor.get(), 0, static_cast<off_t>(bytes)) != 0) {
      ::unlink(part.c_str());
      return false;
    }
  }
  return rename_file(part, path).ok();
}

void spend_reserve(const std::string& folder) { ::unlink((folder + "/" + kReserve).c_str()); }

std::uint64_t free_bytes(const std::string& path) {
  struct statvfs disk {};
  if (::statvfs(path.c_str(), &disk) != 0) return 0;
  return static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
}

bool file_exists(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0;
}

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
  const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.get() < 0) return system_error("cannot read " + path, errno);
  std::string bytes;
  char part[65536];
  while (true) {
    const ssize_t size = ::read(descriptor.get(), part, sizeof part);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return system_error("cannot read " + path, errno);
    if (size == 0) return bytes;
    bytes.append(part, static_cast<std::size_t>(size));
    if (bytes.size() > bytes_max) return error(ErrorCode::too_large, path + " is larger than expected");
  }
}

Status write_file(const std::string& path, std::string_view bytes, unsigned mode) {
  const std::string part = path + ".part";
  {
    const Descriptor descriptor(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode));
    if (descriptor.get() < 0) return system_error("cannot write " + part, errno);
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t size = ::write(descriptor.get(), bytes.data() + done, bytes.size() - done);
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) return system_error("cannot write " + part, errno);
      done += static_cast<std::size_t>(size);
    }
    if (::fsync(descriptor.get()) != 0) return system_error("cannot flush " + part, errno);
  }
  return rename_file(part, path);
}

Status replace_file(const std::string& from, const std::string& to) {
  {
    const Descriptor descriptor(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    if (descriptor.get() < 0 || ::fsync(descriptor.get()) != 0) return system_error("cannot flush " + from, errno);
  }
  return rename_file(from, to);
}

}  // namespace tram
