// SQLite's side of a SimDisk.
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <new>

#include "core/base/result.h"
#include "tests/sim/sim_files.h"

namespace tram::sim {
namespace {

std::map<std::string, SimDisk*> disks;  // by machine
std::mt19937_64 chance;

// In memory where the machine allows it: nothing here outlives the process, and a true disk makes each fsync wait.
const std::string kRoot = (::access("/dev/shm", W_OK | X_OK) == 0 ? std::filesystem::path("/dev/shm")
                                                                  : std::filesystem::temp_directory_path())
                              .string() +
                          "/tram-sim-" + std::to_string(::getpid()) + "/";

}  // namespace

SimDisk* disk_of(std::string_view path, std::string& name) {
  if (!path.starts_with(kRoot)) return nullptr;
  const auto slash = std::min(path.find('/', kRoot.size()), path.size());
  name = path.substr(std::min(slash + 1, path.size()));
  const auto found = disks.find(std::string(path.substr(kRoot.size(), slash - kRoot.size())));
  return found == disks.end() ? nullptr : found->second;
}

struct Vfs {
  using Op = SimDisk::Op;

  struct Handle {
    sqlite3_file base;
    SimDisk* disk;  // nullptr: a temporary file
    std::shared_ptr<SimFile> file;
    std::uint64_t life;
    std::array<int, 8> shared;
    std::array<bool, 8> exclusive;

    bool dead() const { return disk != nullptr && (disk->dead_ || disk->life_ != life); }
  };
  static Handle& of(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }

  static void release_locks(Handle& handle) {
    for (std::size_t i = 0; i < 8; ++i) {
      handle.file->shared[i] -= handle.shared[i];
      if (handle.exclusive[i]) handle.file->exclusive[i] = false;
      handle.shared[i] = 0;
      handle.exclusive[i] = false;
    }
  }

  static int close(sqlite3_file* file) {
    Handle& handle = of(file);
    release_locks(handle);
    if (--handle.file->opens == 0) handle.file->regions.clear();
    handle.~Handle();
    return SQLITE_OK;
  }

  static int read(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
    Handle& handle = of(file);
    if (handle.dead() || (handle.disk != nullptr && handle.disk->goes_wrong(Op::read))) return SQLITE_IOERR_READ;
    const std::string& seen = handle.file->seen;
    const auto at = static_cast<std::size_t>(offset), wanted = static_cast<std::size_t>(size);
    const std::size_t there = at >= seen.size() ? 0 : std::min(wanted, seen.size() - at);
    if (there > 0) std::memcpy(into, seen.data() + at, there);
    if (there == wanted) return SQLITE_OK;
    std::memset(static_cast<char*>(into) + there, 0, wanted - there);
    return SQLITE_IOERR_SHORT_READ;
  }

  static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    Handle& handle = of(file);
    SimFile::Write made{SimFile::Write::Kind::write, static_cast<std::uint64_t>(offset),
                        std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size))};
    if (handle.disk == nullptr) {
      SimDisk::apply(handle.file->seen, made);
      return SQLITE_OK;
    }
    if (handle.dead()) return SQLITE_IOERR_WRITE;
    if (handle.disk->full_ && handle.disk->paused_ == 0) {
      handle.disk->failed_ = true;
      ++handle.disk->counts_.failures;
      return SQLITE_FULL;
    }
    auto& unsynced = handle.file->unsynced;
    unsynced.push_back(made);  // a power cut meets it half done
    if (handle.disk->goes_wrong(Op::write)) {
      if (!handle.disk->dead_) unsynced.pop_back();
      return SQLITE_IOERR_WRITE;
    }
    SimDisk::apply(handle.file->seen, made);
    return SQLITE_OK;
  }

  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    Handle& handle = of(file);
    if (handle.dead() || (handle.disk != nullptr && handle.disk->goes_wrong(Op::truncate)))
      return SQLITE_IOERR_TRUNCATE;
    SimFile::Write made{SimFile::Write::Kind::truncate, static_cast<std::uint64_t>(size), {}};
    SimDisk::apply(handle.file->seen, made);
    if (handle.disk != nullptr) handle.file->unsynced.push_back(std::move(made));
    return SQLITE_OK;
  }

  static int sync(sqlite3_file* file, int) {
    Handle& handle = of(file);
    if (handle.disk == nullptr) return SQLITE_OK;
    if (handle.dead() || handle.disk->goes_wrong(Op::sync)) return SQLITE_IOERR_FSYNC;
    if (!handle.disk->lying_) handle.disk->settle(*handle.file);
    return SQLITE_OK;
  }

  static int size(sqlite3_file* file, sqlite3_int64* bytes) {
    if (of(file).dead()) return SQLITE_IOERR_FSTAT;
    *bytes = static_cast<sqlite3_int64>(of(file).file->seen.size());
    return SQLITE_OK;
  }

  // WAL needs one writer at a time, which the store itself guarantees; the locks of the file say nothing more.
  static int lock(sqlite3_file* file, int) { return of(file).dead() ? SQLITE_IOERR_LOCK : SQLITE_OK; }
  static int unlock(sqlite3_file*, int) { return SQLITE_OK; }
  static int reserved(sqlite3_file* file, int* held) {
    *held = 0;
    return of(file).dead() ? SQLITE_IOERR_CHECKRESERVEDLOCK : SQLITE_OK;
  }
  static int control(sqlite3_file*, int operation, void* value) {
    if (operation != SQLITE_FCNTL_MMAP_SIZE) return SQLITE_NOTFOUND;
    *static_cast<sqlite3_int64*>(value) = 0;
    return SQLITE_OK;
  }
  static int sector_size(sqlite3_file*) { return 4096; }
  static int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

  static int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** at) {
    Handle& handle = of(file);
    *at = nullptr;
    if (handle.dead()) return SQLITE_IOERR_SHMMAP;
    auto& regions = handle.file->regions;
    const auto index = static_cast<std::size_t>(region);
    if (index >= regions.size() && extend == 0) return SQLITE_OK;
    while (regions.size() <= index) regions.emplace_back(static_cast<std::size_t>(size), '\0');
    *at = regions[index].data();
    return SQLITE_OK;
  }

  static int shm_lock(sqlite3_file* file, int offset, int n, int flags) {
    Handle& handle = of(file);
    if (handle.dead()) return SQLITE_IOERR_SHMLOCK;
    const auto first = static_cast<std::size_t>(offset), end = first + static_cast<std::size_t>(n);
    for (std::size_t i = first; i < end; ++i) {
      if ((flags & SQLITE_SHM_UNLOCK) != 0) continue;
      if (handle.file->exclusive[i] && !handle.exclusive[i]) return SQLITE_BUSY;
      if ((flags & SQLITE_SHM_EXCLUSIVE) != 0 && handle.file->shared[i] > handle.shared[i]) return SQLITE_BUSY;
    }
    for (std::size_t i = first; i < end; ++i) {
      if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        if (handle.exclusive[i]) handle.file->exclusive[i] = false;
        handle.exclusive[i] = false;
        handle.file->shared[i] -= handle.shared[i];
        handle.shared[i] = 0;
      } else if ((flags & SQLITE_SHM_EXCLUSIVE) != 0) {
        handle.exclusive[i] = handle.file->exclusive[i] = true;
      } else if (handle.shared[i] == 0) {
        handle.shared[i] = 1;
        ++handle.file->shared[i];
      }
    }
    return SQLITE_OK;
  }

  static void shm_barrier(sqlite3_file*) {}
  static int shm_unmap(sqlite3_file* file, int) {
    release_locks(of(file));
    return SQLITE_OK;
  }

  static int open(sqlite3_vfs*, const char* path, sqlite3_file* into, int flags, int* out_flags) {
    static const sqlite3_io_methods methods = {
        2,         close,    read,    write,       truncate,        sync,    size,     lock,
        unlock,    reserved, control, sector_size, characteristics, shm_map, shm_lock, shm_barrier,
        shm_unmap, nullptr,  nullptr};
    into->pMethods = nullptr;
    SimDisk* disk = nullptr;
    std::shared_ptr<SimFile> file;
    if (path == nullptr) {
      file = std::make_shared<SimFile>();
    } else {
      std::string name;
      disk = disk_of(path, name);
      if (disk == nullptr) return SQLITE_CANTOPEN;
      if (disk->dead_) return SQLITE_IOERR;
      auto& known = disk->files_[name];
      if (known == nullptr) {
        if ((flags & SQLITE_OPEN_CREATE) == 0 || disk->full_) {
          disk->files_.erase(name);
          return SQLITE_CANTOPEN;
        }
        known = std::make_shared<SimFile>();
      }
      file = known;
    }
    ++file->opens;
    auto* handle = new (into) Handle{{&methods}, disk, std::move(file), disk != nullptr ? disk->life_ : 0, {}, {}};
    static_cast<void>(handle);
    if (out_flags != nullptr) *out_flags = flags;
    return SQLITE_OK;
  }

  static int remove(sqlite3_vfs*, const char* path, int) {
    std::string name;
    SimDisk* disk = disk_of(path, name);
    if (disk == nullptr || disk->dead_) return SQLITE_IOERR_DELETE;
    return disk->files_.erase(name) > 0 ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
  }

  static int access(sqlite3_vfs*, const char* path, int, int* there) {
    std::string name;
    SimDisk* disk = disk_of(path, name);
    if (disk != nullptr && disk->dead_) return SQLITE_IOERR_ACCESS;
    *there = disk != nullptr && disk->files_.contains(name) ? 1 : 0;
    return SQLITE_OK;
  }

  static int full_path(sqlite3_vfs*, const char* path, int size, char* out) {
    sqlite3_snprintf(size, out, "%s", path);
    return SQLITE_OK;
  }
  static int randomness(sqlite3_vfs*, int size, char* out) {
    for (int i = 0; i < size; ++i) out[i] = static_cast<char>(chance());
    return size;
  }
  static int rest(sqlite3_vfs*, int microseconds) { return microseconds; }
  static int now(sqlite3_vfs*, double* julian) {
    *julian = 2460000.5;
    return SQLITE_OK;
  }
  static int last_error(sqlite3_vfs*, int, char*) { return 0; }

  static void add() {
    static sqlite3_vfs vfs = {};
    if (vfs.iVersion != 0) return;
    vfs.iVersion = 1;
    vfs.szOsFile = sizeof(Handle);
    vfs.mxPathname = 512;
    vfs.zName = kVfs;
    vfs.xOpen = open;
    vfs.xDelete = remove;
    vfs.xAccess = access;
    vfs.xFullPathname = full_path;
    vfs.xRandomness = randomness;
    vfs.xSleep = rest;
    vfs.xCurrentTime = now;
    vfs.xGetLastError = last_error;
    // The default one: SQLite asks that for its random numbers.
    CHECK(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
  }
  static void enter(const std::string& machine, SimDisk* disk) {
    CHECK(!disks.contains(machine));
    disks[machine] = disk;
  }
};

void reset_sqlite(std::uint64_t seed) {
  Vfs::add();
  chance.seed(seed);
  sqlite3_randomness(0, nullptr);
}

SimDisk::SimDisk(std::string machine, std::uint64_t seed)
    : machine_(std::move(machine)),
      folder_(kRoot + machine_ + "/"),
      engine_(seed),
      large_(std::make_unique<SimFiles>(*this, folder_)) {
  Vfs::enter(machine_, this);
  std::filesystem::create_directories(folder_);
}

SimDisk::~SimDisk() {
  for (const auto& [name, file] : files_) CHECK(file->opens == 0);
  disks.erase(machine_);
  std::error_code gone;
  std::filesystem::remove_all(folder_, gone);
  if (disks.empty()) std::filesystem::remove(kRoot, gone);
}

}  // namespace tram::sim
