#include "http/multipart.h"

#include <algorithm>

namespace tram::http {
namespace {

constexpr std::size_t kPartHeadMax = 16 << 10;
constexpr std::size_t kPreambleMax = 64 << 10;
constexpr std::size_t kBoundaryMax = 200;
constexpr std::size_t kSourceBlock = 64 << 10;

Error bad_multipart(std::string message) { return error(ErrorCode::bad_request, std::move(message)); }

std::string_view without_space(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

Result<std::string> boundary_of(std::string_view content_type) {
  if (!same_without_case(content_type.substr(0, 10), "multipart/")) return bad_multipart("This is no multipart body.");
  for (auto at = content_type.find(';'); at != std::string_view::npos; at = content_type.find(';', at + 1)) {
    std::string_view parameter = without_space(content_type.substr(at + 1));
    if (!same_without_case(parameter.substr(0, 9), "boundary=")) continue;
    parameter.remove_prefix(9);
    const bool quoted = parameter.starts_with('"');
    if (quoted) parameter.remove_prefix(1);
    const auto end = parameter.find_first_of(quoted ? "\"" : "; \t");
    if (quoted && end == std::string_view::npos) break;
    const std::string_view boundary = parameter.substr(0, end);
    if (boundary.empty() || boundary.size() > kBoundaryMax) break;
    return std::string(boundary);
  }
  return bad_multipart("A multipart body names its boundary in Content-Type.");
}

MultipartReader::MultipartReader(std::string_view boundary, Source source)
    : seam_("\r\n--" + std::string(boundary)), source_(std::move(source)) {}

Status MultipartReader::fill() {
  ASSIGN_OR_RETURN(const std::string more, source_());
  if (more.empty()) return bad_multipart("The multipart body ends too early.");
  buffer_ += more;
  return {};
}

Status MultipartReader::skip_to_seam() {
  if (at_ == At::part) {
    while (true) {
      ASSIGN_OR_RETURN(const std::string rest, read());
      if (rest.empty()) return {};
    }
  }
  for (std::size_t skipped = 0; at_ == At::preamble;) {
    if (const auto found = buffer_.find(seam_); found != std::string::npos) {
      buffer_.erase(0, found + seam_.size());
      at_ = At::seam;
      return {};
    }
    const std::size_t useless = buffer_.size() - std::min(buffer_.size(), seam_.size() - 1);
    skipped += useless;
    buffer_.erase(0, useless);
    if (skipped > kPreambleMax) return bad_multipart("The multipart body does not begin with its boundary.");
    RETURN_IF_ERROR(fill());
  }
  return {};
}

Result<std::optional<Headers>> MultipartReader::next() {
  if (at_ == At::end) return std::optional<Headers>();
  RETURN_IF_ERROR(skip_to_seam());
  while (buffer_.size() < 2) RETURN_IF_ERROR(fill());
  if (buffer_.starts_with("--")) {
    at_ = At::end;
    return std::optional<Headers>();
  }
  ASSIGN_OR_RETURN(Headers headers, read_headers());
  at_ = At::part;
  fresh_ = true;
  return std::optional(std::move(headers));
}

Result<Headers> MultipartReader::read_headers() {
  Headers headers;
  std::size_t eaten = 0;
  for (bool first = true;; first = false) {
    auto end = buffer_.find("\r\n");
    while (end == std::string::npos) {
      if (buffer_.size() > kPartHeadMax) return bad_multipart("The header fields of a part are too large.");
      RETURN_IF_ERROR(fill());
      end = buffer_.find("\r\n");
    }
    const std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    eaten += line.size();
    if (eaten > kPartHeadMax) return bad_multipart("The header fields of a part are too large.");
    if (first) {  // what follows the boundary on its line
      if (!without_space(line).empty()) return bad_multipart("Something follows the boundary of a part.");
      continue;
    }
    if (line.empty()) break;
    const auto colon = line.find(':');
    if (colon == std::string::npos) return bad_multipart("A header field of a part has no colon.");
    headers.add(without_space(std::string_view(line).substr(0, colon)),
                without_space(std::string_view(line).substr(colon + 1)));
  }
  // An empty part's seam begins with the line break that ended its headers.
  buffer_.insert(0, "\r\n");
  return headers;
}

Result<std::string> MultipartReader::read() {
  if (at_ != At::part) return std::string();
  if (std::exchange(fresh_, false)) {
    while (buffer_.size() < seam_.size()) {
      auto filled = fill();
      if (!filled) return std::move(filled).error();
    }
    if (!buffer_.starts_with(seam_)) buffer_.erase(0, 2);
  }
  while (true) {
    const auto found = buffer_.find(seam_);
    if (found == 0) {
      buffer_.erase(0, seam_.size());
      at_ = At::seam;
      return std::string();
    }
    const std::size_t sure = found != std::string::npos       ? found
                             : buffer_.size() >= seam_.size() ? buffer_.size() - seam_.size() + 1
                                                              : 0;
    if (sure > 0) {
      std::string bytes = buffer_.substr(0, sure);
      buffer_.erase(0, sure);
      return bytes;
    }
    RETURN_IF_ERROR(fill());
  }
}

MultipartReader::Source body_source(const Request& request) {
  return [&request, at = std::uint64_t{0}]() mutable -> Result<std::string> {
    ASSIGN_OR_RETURN(std::string block, request.body_part(at, kSourceBlock));
    at += block.size();
    return block;
  };
}

}  // namespace tram::http
