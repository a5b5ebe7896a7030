// storage/blobs.h: the bytes of attachments, each stored once under the SHA-256 of its plain bytes.
//
// A small blob lies in a row of the store's file, a larger one in a file of its own in the folder "<store>-blobs". A
// file is written beside its place, flushed, renamed, and its folder flushed, before any row speaks of it; it is deleted
// after the row is gone (Store::sweep_blobs). What comes in parts over a bad line lies there too, as <sha256>.part, and
// each part is flushed before it counts.
//
// Any thread; a BlobWriter belongs to one. Errors: disk_full, storage_error (nothing is stored); not_found.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/base/result.h"

namespace tram {

inline constexpr std::size_t kBlobInRow = 64 << 10;  // the largest that lies in a row, and travels inside a document
inline constexpr std::uint64_t kBlobMax = 256ULL << 20;  // the largest attachment

class BlobFolder;

// A complete blob in hand, its digests computed here. While it is held its file stays.
struct HeldBlob {
  HeldBlob() = default;
  HeldBlob(const HeldBlob&) = delete;
  HeldBlob& operator=(const HeldBlob&) = delete;
  ~HeldBlob();

  std::string sha256;  // 64 hex digits
  std::string digest;  // "md5-<base64>"
  std::uint64_t length = 0;
  std::string bytes;             // of a small one
  BlobFolder* folder = nullptr;  // of one in a file
};
using BlobPtr = std::shared_ptr<const HeldBlob>;

// Takes a blob in, part by part. Thrown away before finish(), nothing remains.
class BlobWriter {
 public:
  explicit BlobWriter(BlobFolder& folder);
  ~BlobWriter();
  BlobWriter(const BlobWriter&) = delete;
  BlobWriter& operator=(const BlobWriter&) = delete;

  Status add(std::string_view bytes);  // too_large beyond kBlobMax, named attachment_too_large
  std::uint64_t size() const;
  Result<BlobPtr> finish();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Reads a blob from any place in it. What it reads of a file is what lies there; whole blobs are checked by who sends them.
class BlobReader {
 public:
  explicit BlobReader(std::string bytes) : bytes_(std::move(bytes)), length_(bytes_.size()) {}
  BlobReader(int file, std::uint64_t length);  // owns the descriptor
  std::uint64_t length() const { return length_; }
  // At most `size` bytes from `offset`; fewer only at the end. Error corrupt when the file is shorter than it was.
  Result<std::string> read(std::uint64_t offset, std::size_t size) const;

 private:
  std::string bytes_;
  std::shared_ptr<const int> file_;
  std::uint64_t length_ = 0;
};

class BlobFolder {
 public:
  BlobFolder(std::string path, Random& random) : path_(std::move(path)), random_(random) {}

  const std::string& path() const { return path_; }
  std::string file_of(std::string_view sha256) const { return path_ + "/" + std::string(sha256); }

  Result<BlobPtr> keep(std::string_view bytes);  // a whole one
  Result<BlobReader> open(std::string_view sha256, std::uint64_t length) const;

  // --- in parts ---------------------------------------------------------------------------------------------------
  // How much of a blob of this length has come; 0 when nothing.
  std::uint64_t staged(std::string_view sha256) const;
  // The bytes from `offset` on. What does not begin where the last part ended is passed over: the answer says how much
  // is here. The part that completes it has everything checked and kept; where it is another blob than named:
  // bad_request named bad_digest, and it begins from nothing.
  struct Stage {
    std::uint64_t have = 0;
    BlobPtr blob = {};  // when complete
  };
  Result<Stage> stage(const std::string& sha256, std::uint64_t length, std::uint64_t offset, std::string_view part);

  // --- upkeep -----------------------------------------------------------------------------------------------------
  bool is_held(const std::string& sha256) const;
  std::vector<std::string> files() const;  // complete ones
  // Reads a file anew: the blob as it is, not found where its bytes are those of another name.
  Result<BlobPtr> examine(const std::string& sha256);
  // Deletes a file, unless it is held.
  void drop(const std::string& sha256);
  // Removes what broke off: temporary files (with `all`: nobody is writing), parts untouched since `before_s`.
  void remove_leftovers(bool all, std::int64_t before_s) const;

 private:
  friend struct HeldBlob;
  friend class BlobWriter;
  Status make_folder();
  // Gives a finished, flushed file its name. Takes the file away in any case.
  Result<BlobPtr> admit(const std::string& from, std::string sha256, std::string digest, std::uint64_t length);
  Result<Stage> staged_row(const std::string& path, std::uint64_t length);
  void release(const std::string& sha256);

  const std::string path_;
  Random& random_;
  std::mutex staging_;  // one part at a time
  mutable std::mutex mutex_;
  std::map<std::string, int> held_;
};

bool is_sha256(std::string_view text);  // 64 lower-case hex digits

}  // namespace tram
