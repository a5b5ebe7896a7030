// http/intake.h (inside http only): Intake takes the body of an answer as it comes: undoes its coding, holds the limit, and
// hands it to the caller's function or into Response::body. One call, one object.
#pragma once

#include <optional>
#include <string_view>

#include "http/client.h"
#include "http/coding.h"

namespace tram::http {

class Intake {
 public:
  // body_max for calls that set none. The options must outlive the intake.
  Intake(const CallOptions& options, std::uint64_t body_max);

  // The next bytes, for a response whose status and headers are known. Errors: too_large; offline for damaged or
  // unwanted encodings; what on_body says.
  Status add(std::string_view bytes, Response& response);
  // All has come. Error offline when the coded data has not ended. The headers then describe the decoded body.
  Status finish(Response& response);

 private:
  std::uint64_t most(const Response& response) const;
  Status deliver(std::string_view plain, Response& response);

  const CallOptions& options_;
  std::uint64_t body_max_;
  std::uint64_t size_ = 0;
  bool begun_ = false;
  bool failed_ = false;  // the caller, not the data
  std::optional<Decoder> decoder_;
};

}  // namespace tram::http
