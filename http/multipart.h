// http/multipart.h: multipart bodies (RFC 2046), read part by part from bytes that come in pieces, and their seams.
//
//   MultipartReader reader(boundary, source);
//   while (auto part = TRY(reader.next())) {          // its header fields
//     for (auto bytes = ...; reader.read() ...)       // "" at the end of the part; next() skips what was not read
//   }
//
// Holds one piece at a time, whatever the parts' sizes. Errors: bad_request for what is no multipart body (no boundary,
// headers over 16 KiB, an end before the closing seam), and those of the source. One thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "http/headers.h"
#include "http/message.h"

namespace tram::http {

// The boundary of a Content-Type "multipart/…; boundary=…". Error bad_request.
Result<std::string> boundary_of(std::string_view content_type);

class MultipartReader {
 public:
  using Source = std::function<Result<std::string>()>;  // the next bytes; "" at the end
  MultipartReader(std::string_view boundary, Source source);

  Result<std::optional<Headers>> next();  // nothing: the closing seam was met
  Result<std::string> read();

 private:
  enum class At { preamble, seam, part, end };
  Status fill();
  Status skip_to_seam();
  Result<Headers> read_headers();

  const std::string seam_;  // "\r\n--boundary"
  Source source_;
  std::string buffer_ = "\r\n";  // the first seam may stand at the very beginning
  At at_ = At::preamble;
  bool fresh_ = false;  // nothing of this part was read yet: the line break that ended its headers is still there
};

// The bytes of a request's body, in memory or spooled, one block after another.
MultipartReader::Source body_source(const Request& request);

}  // namespace tram::http
