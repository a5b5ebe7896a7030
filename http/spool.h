// http/spool.h: Spool holds the body of a large request in a file without a name, which goes when nobody holds it.
//
// Written by one thread at a time, then read by any. Errors: disk_full, storage_error.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace tram::http {

class Spool {
 public:
  static Result<std::shared_ptr<Spool>> make(const std::string& folder);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  Status add(std::string_view bytes);
  std::uint64_t size() const { return size_; }
  // At most `size` bytes from `offset`; fewer only at the end.
  Result<std::string> read(std::uint64_t offset, std::size_t size) const;

 private:
  explicit Spool(int file) : file_(file) {}
  const int file_;
  std::uint64_t size_ = 0;
};

}  // namespace tram::http
