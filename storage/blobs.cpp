#include "storage/blobs.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>

#include "core/base/digest.h"
#include "storage/data_folder.h"

namespace tram {
namespace {

constexpr std::size_t kBlobBlock = 256 << 10;
constexpr std::string_view kPart = ".part";
constexpr std::string_view kTemporary = ".new";

Error blob_error(const std::string& doing, int number) {
  const ErrorCode code = number == ENOSPC || number == EDQUOT   ? ErrorCode::disk_full
                         : number == ENOENT                     ? ErrorCode::not_found
                         : number == EMFILE || number == ENFILE ? ErrorCode::busy
                                                                : ErrorCode::storage_error;
  return error(code, doing + ": " + std::strerror(number));
}

class BlobFile {
 public:
  BlobFile(const std::string& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600)) {}
  BlobFile(const BlobFile&) = delete;
  BlobFile& operator=(const BlobFile&) = delete;
  ~BlobFile() {
    if (number_ >= 0) ::close(number_);
  }
  bool is_open() const { return number_ >= 0; }
  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }

  Status write(std::string_view bytes, std::uint64_t offset) const {
    while (!bytes.empty()) {
      const ssize_t size = ::pwrite(number_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) return blob_error("cannot write an attachment", errno);
      bytes.remove_prefix(static_cast<std::size_t>(size));
      offset += static_cast<std::uint64_t>(size);
    }
    return {};
  }
  Status flush() const {
    return ::fsync(number_) == 0 ? Status() : Status(blob_error("cannot flush an attachment", errno));
  }

 private:
  int number_;
};

// Both digests of what passes.
class Digests {
 public:
  void add(std::string_view bytes) {
    sha256_.update(bytes);
    md5_.update(bytes);
    length_ += bytes.size();
  }
  std::uint64_t length() const { return length_; }
  std::string sha256() { return to_hex(sha256_.finish()); }
  std::string digest() { return wire_digest(md5_.finish()); }

 private:
  Sha256 sha256_;
  Md5 md5_;
  std::uint64_t length_ = 0;
};

Status flush_directory(const std::string& path) {
  const BlobFile folder(path, O_RDONLY | O_DIRECTORY);
  return folder.is_open() ? folder.flush() : Status(blob_error("cannot open " + path, errno));
}

std::string parent_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

Status digest_file(const std::string& path, Digests& digests) {
  const BlobFile file(path, O_RDONLY);
  if (!file.is_open()) return blob_error("cannot read " + path, errno);
  std::string block(kBlobBlock, '\0');
  while (true) {
    const ssize_t size = ::read(file.get(), block.data(), block.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return blob_error("cannot read " + path, errno);
    if (size == 0) return {};
    digests.add(std::string_view(block).substr(0, static_cast<std::size_t>(size)));
  }
}

void for_each_file(const std::string& path, const std::function<void(const std::string& name)>& act) {
  DIR* const folder = ::opendir(path.c_str());
  if (folder == nullptr) return;
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(folder)) names.emplace_back(entry->d_name);
  ::closedir(folder);
  for (const std::string& name : names) act(name);
}

}  // namespace

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

HeldBlob::~HeldBlob() {
  if (folder != nullptr) folder->release(sha256);
}

// ---- writing

struct BlobWriter::State {
  explicit State(BlobFolder& folder_) : folder(folder_) {}
  BlobFolder& folder;
  Digests digests;
  std::string small;  // until it is larger than a row
  std::string path;   // of the file, then
  std::optional<BlobFile> file;
};

BlobWriter::BlobWriter(BlobFolder& folder) : state_(std::make_unique<State>(folder)) {}

BlobWriter::~BlobWriter() {
  if (state_->file && !state_->path.empty()) ::unlink(state_->path.c_str());
}

std::uint64_t BlobWriter::size() const { return state_->digests.length(); }

Status BlobWriter::add(std::string_view bytes) {
  State& state = *state_;
  const std::uint64_t offset = size();
  if (bytes.size() > kBlobMax - offset) {
    return error(ErrorCode::too_large, "An attachment has at most " + std::to_string(kBlobMax) + " bytes.",
                 "attachment_too_large");
  }
  if (!state.file && offset + bytes.size() > kBlobInRow) {
    RETURN_IF_ERROR(state.folder.make_folder());
    state.path = state.folder.path() + "/" + state.folder.random_.hex(8) + std::string(kTemporary);
    state.file.emplace(state.path, O_WRONLY | O_CREAT | O_EXCL);
    if (!state.file->is_open()) return blob_error("cannot make " + state.path, errno);
    RETURN_IF_ERROR(state.file->write(state.small, 0));
    state.small = {};
  }
  if (state.file) {
    RETURN_IF_ERROR(state.file->write(bytes, offset));
  } else {
    state.small += bytes;
  }
  state.digests.add(bytes);
  return {};
}

Result<BlobPtr> BlobWriter::finish() {
  State& state = *state_;
  if (state.file) {
    RETURN_IF_ERROR(state.file->flush());
    state.file.reset();
    return state.folder.admit(state.path, state.digests.sha256(), state.digests.digest(), size());
  }
  auto blob = std::make_shared<HeldBlob>();
  blob->sha256 = state.digests.sha256();
  blob->digest = state.digests.digest();
  blob->length = size();
  blob->bytes = std::move(state.small);
  return BlobPtr(std::move(blob));
}

Result<BlobPtr> BlobFolder::keep(std::string_view bytes) {
  BlobWriter writer(*this);
  RETURN_IF_ERROR(writer.add(bytes));
  return writer.finish();
}

Status BlobFolder::make_folder() {
  if (::mkdir(path_.c_str(), 0700) != 0 && errno != EEXIST) return blob_error("cannot make " + path_, errno);
  // Whoever made it may have been killed before this, or seen it fail.
  return flush_directory(parent_of(path_));
}

Result<BlobPtr> BlobFolder::admit(const std::string& from, std::string sha256, std::string digest,
                                  std::uint64_t length) {
  auto blob = std::make_shared<HeldBlob>();
  blob->sha256 = std::move(sha256);
  blob->digest = std::move(digest);
  blob->length = length;
  const std::lock_guard lock(mutex_);
  // The same bytes may lie there already; writing them anew mends a file that was damaged.
  if (::rename(from.c_str(), file_of(blob->sha256).c_str()) != 0) {
    const int number = errno;
    ::unlink(from.c_str());
    return blob_error("cannot rename an attachment", number);
  }
  RETURN_IF_ERROR(flush_directory(path_));
  ++held_[blob->sha256];
  blob->folder = this;
  return BlobPtr(std::move(blob));
}

void BlobFolder::release(const std::string& sha256) {
  const std::lock_guard lock(mutex_);
  if (const auto found = held_.find(sha256); found != held_.end() && --found->second == 0) held_.erase(found);
}

// ---- reading

BlobReader::BlobReader(int file, std::uint64_t length)
    : file_(new int(file),
            [](const int* number) {
              ::close(*number);
              delete number;
            }),
      length_(length) {}

Result<std::string> BlobReader::read(std::uint64_t offset, std::size_t size) const {
  if (offset >= length_) return std::string();
  size = static_cast<std::size_t>(std::min<std::uint64_t>(size, length_ - offset));
  if (!file_) return bytes_.substr(static_cast<std::size_t>(offset), size);
  std::string bytes(size, '\0');
  for (std::size_t done = 0; done < size;) {
    const ssize_t got = ::pread(*file_, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return blob_error("cannot read an attachment", errno);
    if (got == 0) return error(ErrorCode::corrupt, "the file of an attachment is shorter than it was");
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

Result<BlobReader> BlobFolder::open(std::string_view sha256, std::uint64_t length) const {
  BlobFile file(file_of(sha256), O_RDONLY);
  if (!file.is_open()) return blob_error("cannot open the attachment " + std::string(sha256), errno);
  return BlobReader(file.release(), length);
}

// ---- in parts

std::uint64_t BlobFolder::staged(std::string_view sha256) const {
  struct stat info {};
  const std::string path = file_of(sha256) + std::string(kPart);
  return ::stat(path.c_str(), &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

Result<BlobFolder::Stage> BlobFolder::stage(const std::string& sha256, std::uint64_t length, std::uint64_t offset,
                                            std::string_view part) {
  const std::lock_guard one_at_a_time(staging_);
  RETURN_IF_ERROR(make_folder());
  const std::string path = file_of(sha256) + std::string(kPart);
  std::uint64_t have = staged(sha256);
  if (have > length) {
    ::unlink(path.c_str());
    have = 0;
  }
  if (offset <= have && offset + part.size() > have && offset + part.size() <= length) {
    const BlobFile file(path, O_WRONLY | O_CREAT);
    if (!file.is_open()) return blob_error("cannot write " + path, errno);
    RETURN_IF_ERROR(file.write(part.substr(static_cast<std::size_t>(have - offset)), have));
    RETURN_IF_ERROR(file.flush());
    have = offset + part.size();
  }
  if (have < length) return Stage{have, {}};
  Digests digests;
  RETURN_IF_ERROR(digest_file(path, digests));
  if (digests.length() != length || digests.sha256() != sha256) {
    ::unlink(path.c_str());
    return error(ErrorCode::bad_request, "The bytes sent are not those of this SHA-256; begin again.", "bad_digest");
  }
  if (length <= kBlobInRow) return staged_row(path, length);
  ASSIGN_OR_RETURN(BlobPtr blob, admit(path, sha256, digests.digest(), length));
  return Stage{have, std::move(blob)};
}

// A small one came in parts because its document was already here: it lies in a row all the same, where whoever sends
// the document on looks for it.
Result<BlobFolder::Stage> BlobFolder::staged_row(const std::string& path, std::uint64_t length) {
  BlobFile file(path, O_RDONLY);
  if (!file.is_open()) return blob_error("cannot read " + path, errno);
  ASSIGN_OR_RETURN(const std::string bytes, BlobReader(file.release(), length).read(0, length));
  ASSIGN_OR_RETURN(BlobPtr blob, keep(bytes));
  ::unlink(path.c_str());
  return Stage{length, std::move(blob)};
}

// ---- upkeep

bool BlobFolder::is_held(const std::string& sha256) const {
  const std::lock_guard lock(mutex_);
  return held_.contains(sha256);
}

std::vector<std::string> BlobFolder::files() const {
  std::vector<std::string> found;
  for_each_file(path_, [&](const std::string& name) {
    if (is_sha256(name)) found.push_back(name);
  });
  return found;
}

Result<BlobPtr> BlobFolder::examine(const std::string& sha256) {
  auto blob = std::make_shared<HeldBlob>();
  {
    const std::lock_guard lock(mutex_);
    ++held_[sha256];
    blob->sha256 = sha256;
    blob->folder = this;
  }
  Digests digests;
  RETURN_IF_ERROR(digest_file(file_of(sha256), digests));
  if (digests.sha256() != sha256) return error(ErrorCode::not_found, "the file " + sha256 + " holds other bytes");
  blob->digest = digests.digest();
  blob->length = digests.length();
  // Whoever left it may have been killed before the flush.
  const BlobFile file(file_of(sha256), O_RDONLY);
  if (!file.is_open()) return blob_error("cannot read " + file_of(sha256), errno);
  RETURN_IF_ERROR(file.flush());
  RETURN_IF_ERROR(make_folder());
  RETURN_IF_ERROR(flush_directory(path_));
  return BlobPtr(std::move(blob));
}

void BlobFolder::drop(const std::string& sha256) {
  const std::lock_guard lock(mutex_);
  if (!held_.contains(sha256)) ::unlink(file_of(sha256).c_str());
}

void BlobFolder::remove_leftovers(bool all, std::int64_t before_s) const {
  for_each_file(path_, [&](const std::string& name) {
    const std::string path = path_ + "/" + name;
    struct stat info {};
    const bool is_old = ::stat(path.c_str(), &info) == 0 && info.st_mtime < before_s;
    if ((all && name.ends_with(kTemporary)) || (name.ends_with(kPart) && is_old)) ::unlink(path.c_str());
  });
}

}  // namespace tram
