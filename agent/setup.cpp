#include "agent/setup.h"

#include <cstdio>
#include <filesystem>

#include "core/base/json.h"
#include "install_paths.h"
#include "storage/archive.h"

namespace tram::agent {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kBlobEntry = "blob-";  // and its SHA-256: an entry of a backup

// A folder for passing files, gone when this goes.
class Scratch {
 public:
  static Result<Scratch> make(const std::string& folder, std::string_view purpose, Random& random) {
    const std::string path = folder + "/" + std::string(purpose) + "-" + random.hex(4);
    std::error_code failed;
    if (!fs::create_directory(path, failed)) {
      return error(ErrorCode::storage_error, "cannot make " + path + ": " + failed.message());
    }
    return Scratch(path);
  }
  Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }
  const std::string& path() const { return path_; }

 private:
  explicit Scratch(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

Status move_file(const std::string& from, const std::string& to) {
  std::error_code failed;
  fs::rename(from, to, failed);
  if (failed) return error(ErrorCode::storage_error, "cannot rename " + from + ": " + failed.message());
  return {};
}

// The first n for which nothing is called *.before-restore-<n> yet.
std::string aside_suffix(const std::string& folder) {
  for (int n = 1;; ++n) {
    const std::string suffix = ".before-restore-" + std::to_string(n);
    bool taken = false;
    for (const char* name : {kOwnFile, kReferenceFile, kEnrolmentFile.data()}) {
      taken = taken || file_exists(folder + "/" + name + suffix);
    }
    if (!taken) return suffix;
  }
}

Status set_aside(const std::string& path, const std::string& suffix) {
  for (const char* part : {"", "-wal", "-shm", ".id", kBlobFolder.data()}) {
    if (file_exists(path + part)) RETURN_IF_ERROR(move_file(path + part, path + suffix + part));
  }
  return {};
}

// Files of attachments go beside their store, as it looks for them.
Status place_blobs(const Unpacked& set, const Scratch& scratch) {
  const std::string folder = scratch.file(kOwnFile) + std::string(kBlobFolder);
  for (const std::string& name : set.names) {
    if (!name.starts_with(kBlobEntry)) continue;
    std::error_code failed;
    fs::create_directories(folder, failed);
    RETURN_IF_ERROR(move_file(scratch.file(name), folder + "/" + name.substr(kBlobEntry.size())));
  }
  return {};
}

// A restored store must be whole, and of a schema that we know, before anything is replaced.
Status begin_anew(const std::string& path, const StoreOptions& options) {
  ASSIGN_OR_RETURN(const auto store, Store::open(path, options));
  RETURN_IF_ERROR(store->quick_check());
  return store->begin_new_history(true, false);
}

// The same office with another token, address or certificate: its data stays, and so does what was not typed anew.
Status enrol_again(const DataFolder& folder, const Enrolment& typed) {
  ASSIGN_OR_RETURN(const Enrolment known, read_enrolment(folder.path()));
  Enrolment next = known;
  next.server = typed.server;
  next.token = typed.token;
  for (const auto member : {&Enrolment::unit, &Enrolment::ca_file, &Enrolment::pinned_keys, &Enrolment::proxy}) {
    if (!(typed.*member).empty()) next.*member = typed.*member;
  }
  if (typed.office != known.office || enrolment_text(next) == enrolment_text(known)) {
    return error(ErrorCode::conflict, folder.path() + " belongs to office " + known.office +
                                          " already; choose another --data, or look with: tram-agent status --data " +
                                          folder.path());
  }
  return write_enrolment(folder.path(), next);
}

}  // namespace

Status init(const CommandLine& line, Clock& clock, Random& random) {
  Enrolment typed{line.server, line.office, line.token, line.unit, "", line.ca_file, line.pin, line.proxy};
  if (!typed.ca_file.empty()) {
    std::error_code ignored;
    typed.ca_file = fs::absolute(typed.ca_file, ignored).string();
  }
  ASSIGN_OR_RETURN(const Enrolment enrolment, check_enrolment(std::move(typed), random));
  ASSIGN_OR_RETURN(DataFolder folder, DataFolder::acquire(line.data, true, 0, clock));
  if (file_exists(folder.file(std::string(kEnrolmentFile)))) return enrol_again(folder, enrolment);
  // The enrolment comes last: it is what makes the folder an office's.
  RETURN_IF_ERROR(Store::open(folder.file(kOwnFile), own_store_options(clock, random)));
  RETURN_IF_ERROR(Store::open(folder.file(kReferenceFile), reference_store_options(clock, random)));
  return write_enrolment(folder.path(), enrolment);
}

Status back_up(Office& office, const std::string& file) {
  ASSIGN_OR_RETURN(const Scratch scratch, Scratch::make(office.folder(), "backup", office.random()));
  ASSIGN_OR_RETURN(const Store::Copied own, office.own().backup(scratch.file(kOwnFile)));
  RETURN_IF_ERROR(office.reference_store().backup(scratch.file(kReferenceFile)));
  RETURN_IF_ERROR(write_enrolment(scratch.path(), office.enrolment()));
  std::vector<ArchiveEntry> entries;
  for (const std::string name : {kOwnFile, kReferenceFile, kEnrolmentFile.data()}) {
    entries.push_back({name, scratch.file(name)});
  }
  for (const std::string& sha256 : own.blobs) {
    entries.push_back({std::string(kBlobEntry) + sha256, office.own().blobs().file_of(sha256)});
  }
  const json::Value about = {{"program", kProgram},
                             {"version", kVersion},
                             {"office", office.enrolment().office},
                             {"at", utc_text(office.clock().wall_ms())}};
  return pack_archive(file, entries, about);
}

Status restore(const std::string& data, const std::string& file, Clock& clock, Random& random) {
  ASSIGN_OR_RETURN(const DataFolder folder, DataFolder::acquire(data, true, 0, clock));
  ASSIGN_OR_RETURN(const Scratch scratch, Scratch::make(folder.path(), "restore", random));
  ASSIGN_OR_RETURN(const Unpacked unpacked, unpack_archive(file, scratch.path()));
  if (json::string_at(unpacked.about, "program") != kProgram) {
    return error(ErrorCode::corrupt, file + " is no backup of an office's agent");
  }
  RETURN_IF_ERROR(read_enrolment(scratch.path()));
  RETURN_IF_ERROR(place_blobs(unpacked, scratch));
  RETURN_IF_ERROR(begin_anew(scratch.file(kOwnFile), own_store_options(clock, random)));
  RETURN_IF_ERROR(begin_anew(scratch.file(kReferenceFile), reference_store_options(clock, random)));

  // Without its enrolment a folder is no office's: it goes first and comes last, so a crash between leaves none.
  const std::string enrolment(kEnrolmentFile);
  const std::string suffix = aside_suffix(folder.path());
  for (const std::string& name : {enrolment, std::string(kOwnFile), std::string(kReferenceFile)}) {
    RETURN_IF_ERROR(set_aside(folder.file(name), suffix));
  }
  for (const std::string name : {kOwnFile, kReferenceFile}) {
    RETURN_IF_ERROR(move_file(scratch.file(name), folder.file(name)));
    const std::string blobs = name + std::string(kBlobFolder);
    if (file_exists(scratch.file(blobs))) RETURN_IF_ERROR(move_file(scratch.file(blobs), folder.file(blobs)));
  }
  ASSIGN_OR_RETURN(const std::string text, read_file(scratch.file(enrolment)));
  return write_file(folder.file(enrolment), text, 0600);
}

}  // namespace tram::agent
