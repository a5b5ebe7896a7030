#include "http/intake.h"

#include <limits>

namespace tram::http {
namespace {

bool is_success(const Response& response) { return response.status / 100 == 2; }

}  // namespace

Intake::Intake(const CallOptions& options, std::uint64_t body_max)
    : options_(options), body_max_(options.body_max > 0 ? options.body_max : body_max) {}

Status Intake::add(std::string_view bytes, Response& response) {
  if (bytes.empty()) return {};
  if (!std::exchange(begun_, true)) {
    if (options_.on_head && is_success(response)) RETURN_IF_ERROR(options_.on_head(response));
    const auto coding = coding_named(response.headers.get("Content-Encoding"));
    if (!coding) return error(ErrorCode::offline, "the answer came in an encoding nobody asked for");
    if (*coding != Coding::identity) decoder_.emplace(*coding, ExpansionLimits{most(response), 0});
  }
  if (!decoder_) return deliver(bytes, response);
  const Status status = decoder_->add(bytes, [&](std::string_view part) -> Status {
    const Status delivered = deliver(part, response);
    if (!delivered) failed_ = true;
    return delivered;
  });
  if (!status && !failed_ && status.error().code == ErrorCode::bad_request) {
    return error(ErrorCode::offline, "the answer is damaged: " + status.error().message);
  }
  return status;
}

// Who says when he is full needs no other limit.
std::uint64_t Intake::most(const Response& response) const {
  return options_.is_full && is_success(response) ? std::numeric_limits<std::int64_t>::max() : body_max_;
}

Status Intake::finish(Response& response) {
  if (!decoder_) return {};
  if (!decoder_->finish()) return error(ErrorCode::offline, "the answer's coded data ends too early");
  response.headers.remove("Content-Encoding");
  response.headers.remove("Content-Length");
  return {};
}

Status Intake::deliver(std::string_view plain, Response& response) {
  size_ += plain.size();
  if (size_ > most(response)) {
    return error(ErrorCode::too_large, "the answer is larger than " + std::to_string(body_max_) + " bytes");
  }
  if (options_.on_body && is_success(response)) return options_.on_body(plain);
  response.body.append(plain);
  return {};
}

}  // namespace tram::http
