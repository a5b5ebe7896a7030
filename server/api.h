// server/api.h: the province's JSON API at /api/v1/, described in docs/openapi-server.yaml. Who may ask for what stands in
// one table (api_routes); whatever changes something is written into the audit list, done or refused.
// Errors: {"error":{"code","message","message_vi","field"}}. Any thread.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "http/message.h"
#include "http/router.h"
#include "server/caller.h"
#include "server/province.h"

namespace tram {

struct ApiCall {
  Province& province;
  const http::Request& request;
  const http::PathValues& path;
  const Caller& caller;

  // A parameter of the query.
  std::string parameter(const char* name, const char* otherwise = "") const;
  bool flag(const char* name) const { return parameter(name) == "true"; }
  // The body of a write. Error bad_request: another Content-Type, or no JSON object.
  Result<json::Value> body() const;
  // Who did it: the caller. The administrator may name somebody else in the body's `by`.
  std::string by(const json::Value& body) const;
};

struct ApiRoute {
  using Json = Result<json::Value> (*)(const ApiCall&);
  using Whole = Result<http::Response> (*)(const ApiCall&);  // for files and cookies

  const char* method;
  const char* pattern;
  std::optional<Role> least;  // nothing: who is not signed in, too
  const char* action;         // its name in the audit list; null: it changes nothing
  std::variant<Json, Whole> answer;
};
const std::vector<ApiRoute>& api_routes();

class Api {
 public:
  // proxies: addresses whose forwarded headers are believed.
  Api(Province& province, std::vector<std::string> proxies);
  http::Response answer(const http::Request& request) const;

 private:
  http::Response run(const ApiRoute& route, const http::Request& request, const http::PathValues& path) const;
  // Errors: those of caller_of and check_origin; forbidden named role.
  Status admit(const ApiRoute& route, const http::Request& request, Caller& caller) const;

  Province& province_;
  const std::vector<std::string> proxies_;
  http::Router router_;
};

// {"error":{…}} with the status of the error.
http::Response api_error(const Error& error);

}  // namespace tram
