// The system's calls that change files, as the linker's --wrap leads them here. What is no file of a SimDisk passes.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>

#include "tests/sim/sim_files.h"

extern "C" {
int __real_open(const char* path, int flags, ...);
int __real_close(int number);
ssize_t __real_pwrite(int number, const void* bytes, size_t size, off_t offset);
int __real_fsync(int number);
int __real_rename(const char* from, const char* to);
int __real_unlink(const char* path);
int __real_mkdir(const char* path, mode_t mode);
}

namespace tram::sim {
namespace {

struct OpenFile {
  SimDisk* disk;
  std::string name;               // of a folder
  std::shared_ptr<SimFile> file;  // null: a folder
  std::uint64_t life;
};
std::map<int, OpenFile> open_files;

int fail(int number) {
  errno = number;
  return -1;
}

OpenFile* opened(int number) {
  const auto found = open_files.find(number);
  return found == open_files.end() ? nullptr : &found->second;
}

}  // namespace

struct Calls {
  using Op = SimDisk::Op;
  static bool dead(const OpenFile& open) { return open.disk->dead_ || open.disk->life_ != open.life; }

  static int open(const char* path, int flags, mode_t mode) {
    std::string name;
    SimDisk* const disk = disk_of(path, name);
    if (disk == nullptr) return __real_open(path, flags, mode);
    if (disk->dead_) return fail(EIO);
    const bool writes = (flags & O_ACCMODE) != O_RDONLY, is_new = ::access(path, F_OK) != 0;
    if (writes && is_new && disk->full_ && disk->paused_ == 0) return fail(ENOSPC);
    const int number = __real_open(path, flags, mode);
    if (number < 0) return number;
    open_files[number] = {disk, name, (flags & O_DIRECTORY) != 0 ? nullptr : disk->large_->opened(name), disk->life_};
    return number;
  }

  static int close(int number) {
    open_files.erase(number);
    return __real_close(number);
  }

  static ssize_t write(int number, const void* bytes, size_t size, off_t offset) {
    OpenFile* const open = opened(number);
    if (open == nullptr) return __real_pwrite(number, bytes, size, offset);
    if (dead(*open)) return fail(EIO);
    if (open->disk->full_ && open->disk->paused_ == 0) {
      open->disk->failed_ = true;
      return fail(ENOSPC);
    }
    auto& unsynced = open->file->unsynced;
    unsynced.push_back({SimFile::Write::Kind::write, static_cast<std::uint64_t>(offset),
                        std::string(static_cast<const char*>(bytes), size)});
    if (open->disk->goes_wrong(Op::write)) {
      if (!open->disk->dead_) unsynced.pop_back();
      return fail(EIO);
    }
    const ssize_t written = __real_pwrite(number, bytes, size, offset);
    const timespec times[] = {{kTimeOfFiles, 0}, {kTimeOfFiles, 0}};
    ::futimens(number, times);
    return written;
  }

  static int sync(int number) {
    OpenFile* const open = opened(number);
    if (open == nullptr) return __real_fsync(number);
    if (dead(*open) || open->disk->goes_wrong(Op::sync)) return fail(EIO);
    if (open->disk->lying_) return 0;
    if (open->file != nullptr) {
      SimDisk::settle(*open->file);
    } else {
      open->disk->large_->folder_flushed(open->name);
    }
    return 0;
  }

  static int rename(const char* from, const char* to) {
    std::string name, other;
    SimDisk* const disk = disk_of(from, name);
    if (disk == nullptr) return __real_rename(from, to);
    if (disk->dead_ || disk->goes_wrong(Op::write)) return fail(EIO);
    const int done = __real_rename(from, to);
    if (done == 0 && disk_of(to, other) == disk) disk->large_->renamed(name, other);
    return done;
  }

  static int remove(const char* path) {
    std::string name;
    SimDisk* const disk = disk_of(path, name);
    if (disk == nullptr) return __real_unlink(path);
    if (disk->dead_) return fail(EIO);
    const int done = __real_unlink(path);
    if (done == 0) disk->large_->removed(name);
    return done;
  }

  static int make_folder(const char* path, mode_t mode) {
    std::string name;
    SimDisk* const disk = disk_of(path, name);
    if (disk == nullptr) return __real_mkdir(path, mode);
    if (disk->dead_) return fail(EIO);
    const int done = __real_mkdir(path, mode);
    if (done == 0) disk->large_->folder_made(name);
    return done;
  }
};

}  // namespace tram::sim

extern "C" {
using tram::sim::Calls;
int __wrap_open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return Calls::open(path, flags, mode);
}
int __wrap_close(int number) { return Calls::close(number); }
ssize_t __wrap_pwrite(int number, const void* bytes, size_t size, off_t offset) {
  return Calls::write(number, bytes, size, offset);
}
int __wrap_fsync(int number) { return Calls::sync(number); }
int __wrap_rename(const char* from, const char* to) { return Calls::rename(from, to); }
int __wrap_unlink(const char* path) { return Calls::remove(path); }
int __wrap_mkdir(const char* path, mode_t mode) { return Calls::make_folder(path, mode); }
}
