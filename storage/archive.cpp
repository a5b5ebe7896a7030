#include "storage/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <memory>

#include "core/base/digest.h"
#include "storage/data_folder.h"

namespace tram {
namespace {

constexpr std::size_t kPartBytes = 256 * 1024;
constexpr std::size_t kManifestBytesMax = 64 * 1024 * 1024;
constexpr const char* kFormat = "tram-backup/1";

using Writer = std::unique_ptr<struct archive, int (*)(struct archive*)>;
using Entry = std::unique_ptr<struct archive_entry, void (*)(struct archive_entry*)>;

Error archive_error(struct archive* handle, const std::string& path) {
  const int number = archive_errno(handle);
  const ErrorCode code = number == ENOSPC ? ErrorCode::disk_full : ErrorCode::storage_error;
  const char* const text = archive_error_string(handle);
  return error(code, path + ": " + (text == nullptr ? "the archive cannot be written or read" : text));
}

// Hands a file to `take`, part by part.
Status for_each_part(const std::string& path, const std::function<Status(std::string_view)>& take) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return error(ErrorCode::not_found, "cannot read " + path);
  std::string part(kPartBytes, '\0');
  Status status;
  while (status.ok()) {
    const ssize_t size = ::read(descriptor, part.data(), part.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) status = error(ErrorCode::storage_error, "cannot read " + path);
    if (size <= 0) break;
    status = take(std::string_view(part).substr(0, static_cast<std::size_t>(size)));
  }
  ::close(descriptor);
  return status;
}

Status put_header(struct archive* writer, const std::string& name, std::int64_t size, const std::string& path) {
  const Entry entry(archive_entry_new(), archive_entry_free);
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_size(entry.get(), size);
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0600);
  if (archive_write_header(writer, entry.get()) != ARCHIVE_OK) return archive_error(writer, path);
  return {};
}

Status put_bytes(struct archive* writer, std::string_view bytes, const std::string& path) {
  if (archive_write_data(writer, bytes.data(), bytes.size()) < 0) return archive_error(writer, path);
  return {};
}

Result<json::Value> manifest_of(const std::vector<ArchiveEntry>& entries, const json::Value& about) {
  json::Value files = json::Value::array();
  for (const ArchiveEntry& entry : entries) {
    Sha256 digest;
    std::int64_t size = 0;
    RETURN_IF_ERROR(for_each_part(entry.source, [&](std::string_view part) -> Status {
      digest.update(part);
      size += static_cast<std::int64_t>(part.size());
      return {};
    }));
    files.push_back({{"name", entry.name}, {"size", size}, {"sha256", to_hex(digest.finish())}});
  }
  return json::Value{{"format", kFormat}, {"about", about}, {"files", std::move(files)}};
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && name[0] != '.' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") == std::string::npos;
}

// The next entry's content, handed on part by part.
Status for_each_block(struct archive* reader, const std::string& path,
                      const std::function<Status(std::string_view)>& take) {
  const void* block = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  while (true) {
    const int result = archive_read_data_block(reader, &block, &size, &offset);
    if (result == ARCHIVE_EOF) return {};
    if (result != ARCHIVE_OK) return error(ErrorCode::corrupt, path + " is cut short or damaged; nothing was restored");
    RETURN_IF_ERROR(take(std::string_view(static_cast<const char*>(block), size)));
  }
}

Result<std::string> extract(struct archive* reader, const std::string& path, const std::string& target) {
  const int descriptor = ::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return error(ErrorCode::storage_error, "cannot write " + target);
  Sha256 digest;
  Status status = for_each_block(reader, path, [&](std::string_view part) -> Status {
    digest.update(part);
    for (std::size_t done = 0; done < part.size();) {
      const ssize_t size = ::write(descriptor, part.data() + done, part.size() - done);
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) {
        return error(errno == ENOSPC ? ErrorCode::disk_full : ErrorCode::storage_error, "cannot write " + target);
      }
      done += static_cast<std::size_t>(size);
    }
    return {};
  });
  if (status.ok() && ::fsync(descriptor) != 0) status = error(ErrorCode::storage_error, "cannot flush " + target);
  ::close(descriptor);
  RETURN_IF_ERROR(status);
  return to_hex(digest.finish());
}

}  // namespace

Status pack_archive(const std::string& path, const std::vector<ArchiveEntry>& entries, const json::Value& about) {
  ASSIGN_OR_RETURN(const json::Value manifest, manifest_of(entries, about));
  const std::string part = path + ".part";
  const auto write = [&]() -> Status {
    const Writer writer(archive_write_new(), archive_write_free);
    archive_write_set_format_pax_restricted(writer.get());
    const int descriptor = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) {
      return error(errno == ENOENT ? ErrorCode::not_found : ErrorCode::storage_error, "cannot write " + path);
    }
    const std::unique_ptr<const int, void (*)(const int*)> closer(&descriptor, [](const int* d) { ::close(*d); });
    if (archive_write_open_fd(writer.get(), descriptor) != ARCHIVE_OK) return archive_error(writer.get(), path);
    const std::string text = json::print(manifest);
    RETURN_IF_ERROR(put_header(writer.get(), "manifest.json", static_cast<std::int64_t>(text.size()), path));
    RETURN_IF_ERROR(put_bytes(writer.get(), text, path));
    for (std::size_t i = 0; i < entries.size(); ++i) {
      RETURN_IF_ERROR(
          put_header(writer.get(), entries[i].name, manifest["files"][i]["size"].get<std::int64_t>(), path));
      RETURN_IF_ERROR(for_each_part(entries[i].source,
                                    [&](std::string_view bytes) { return put_bytes(writer.get(), bytes, path); }));
    }
    if (archive_write_close(writer.get()) != ARCHIVE_OK) return archive_error(writer.get(), path);
    return {};
  };
  Status status = write();
  if (status.ok()) status = replace_file(part, path);
  if (!status.ok()) ::unlink(part.c_str());
  return status;
}

Result<Unpacked> unpack_archive(const std::string& path, const std::string& folder) {
  if (!file_exists(path)) return error(ErrorCode::not_found, "there is no backup file " + path);
  const Writer reader(archive_read_new(), archive_read_free);
  archive_read_support_format_tar(reader.get());
  const Error foreign = error(ErrorCode::corrupt, path + " is not a backup made by this program");
  if (archive_read_open_filename(reader.get(), path.c_str(), kPartBytes) != ARCHIVE_OK) return foreign;

  struct archive_entry* entry = nullptr;
  if (archive_read_next_header(reader.get(), &entry) != ARCHIVE_OK ||
      std::string_view(archive_entry_pathname(entry)) != "manifest.json") {
    return foreign;
  }
  std::string text;
  RETURN_IF_ERROR(for_each_block(reader.get(), path, [&](std::string_view bytes) -> Status {
    text += bytes;
    return text.size() > kManifestBytesMax ? Status(foreign) : Status();
  }));
  const auto manifest = json::parse_object(text);
  if (!manifest || json::string_at(*manifest, "format") != kFormat || json::array_at(*manifest, "files") == nullptr) {
    return foreign;
  }
  Unpacked unpacked{manifest->value("about", json::Value::object()), {}};
  for (const json::Value& file : (*manifest)["files"]) {
    const std::string name = json::string_at(file, "name").value_or("");
    const Error damaged =
        error(ErrorCode::corrupt, path + ": " + name + " is damaged or missing; nothing was restored");
    if (!is_plain_name(name)) return foreign;
    if (archive_read_next_header(reader.get(), &entry) != ARCHIVE_OK || name != archive_entry_pathname(entry))
      return damaged;
    ASSIGN_OR_RETURN(const std::string digest, extract(reader.get(), path, folder + "/" + name));
    if (json::string_at(file, "sha256") != digest) return damaged;
    unpacked.names.push_back(name);
  }
  return unpacked;
}

}  // namespace tram
