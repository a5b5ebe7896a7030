// agent/gate.h (inside agent only): who asks the API, and may they? The rules are told in agent/api.h. Any thread.
#pragma once

#include <optional>
#include <string>

#include "agent/api.h"
#include "agent/api_parts.h"

namespace tram::agent {

struct Visitor {
  std::string person;  // empty: nobody known
  std::string csrf;
};

class Gate {
 public:
  explicit Gate(ApiOptions options) : options_(std::move(options)) {}

  // An answer when Host is not ours.
  std::optional<http::Response> refuse_host(const http::Request& request) const;
  // An answer when this may not be asked; otherwise `visitor` says who asks. `json`: a change must bring JSON.
  std::optional<http::Response> refuse(const http::Request& request, Access access, bool json, Visitor& visitor) const;
  PageSessions* sessions() const { return options_.sessions; }

 private:
  std::optional<Visitor> session_of(const http::Request& request, Access access) const;
  const ApiOptions options_;
};

}  // namespace tram::agent
