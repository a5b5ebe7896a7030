#include "http/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace tram::http {
namespace {

Error spool_error(int number) {
  const ErrorCode code = number == ENOSPC || number == EDQUOT ? ErrorCode::disk_full : ErrorCode::storage_error;
  return error(code, std::string("cannot keep a large request: ") + std::strerror(number));
}

}  // namespace

Result<std::shared_ptr<Spool>> Spool::make(const std::string& folder) {
  std::string path = folder + "/request-XXXXXX";
  const int file = ::mkostemp(path.data(), O_CLOEXEC);
  if (file < 0) return spool_error(errno);
  ::unlink(path.c_str());  // at once, so that no crash leaves it
  return std::shared_ptr<Spool>(new Spool(file));
}

Spool::~Spool() { ::close(file_); }

Status Spool::add(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return spool_error(errno);
    bytes.remove_prefix(static_cast<std::size_t>(done));
    size_ += static_cast<std::uint64_t>(done);
  }
  return {};
}

Result<std::string> Spool::read(std::uint64_t offset, std::size_t size) const {
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::pread(file_, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return spool_error(errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

}  // namespace tram::http
