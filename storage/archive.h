// storage/archive.h: a backup set is one file: an uncompressed tar (by libarchive) whose first entry, manifest.json,
// lists every other entry with its size and SHA-256. Written beside the target, flushed, then renamed.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace tram {

struct ArchiveEntry {
  std::string name;    // inside the archive: [a-z0-9._-]+
  std::string source;  // path of a finished file that nobody writes to
};

// `about` becomes the member "about" of the manifest (program, office, time).
Status pack_archive(const std::string& path, const std::vector<ArchiveEntry>& entries, const json::Value& about);

struct Unpacked {
  json::Value about;
  std::vector<std::string> names;  // unpacked into the folder
};
// Unpacks into an existing, empty folder. Every entry is checked against the manifest before success is told. Errors:
// not_found, corrupt (not one of our archives, cut, or a digest differs), disk_full, storage_error.
Result<Unpacked> unpack_archive(const std::string& path, const std::string& folder);

}  // namespace tram
