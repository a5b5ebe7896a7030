// server/api.h: the province's JSON API at /api/v1/, described in docs/openapi-server.yaml. For the administrator only:
// the rights of other users come with their pages. Errors: {"error":{"code","message","message_vi"}}. Any thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/message.h"
#include "http/router.h"
#include "server/province.h"

namespace tram {

class Api {
 public:
  explicit Api(Province& province);
  http::Response answer(const http::Request& request) const { return router_.route(request); }

  // What is served: "GET", "/api/v1/status".
  static std::vector<std::pair<std::string, std::string>> routes();

 private:
  using Answer = Result<json::Value> (Api::*)(const http::Request&, const http::PathValues&, const Principal&) const;
  struct Route {
    const char* method;
    const char* pattern;
    Answer answer;
  };
  static const std::vector<Route>& table();
  static constexpr const char* kConsolidationExport = "/api/v1/consolidate/export";
  http::Response consolidation_export(const http::Request& request) const;  // a file, where the others answer JSON
  http::Response run(Answer chosen, const http::Request& request, const http::PathValues& path) const;

  Result<json::Value> status(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> offices(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> consolidate(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> figure(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> verify(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> completeness(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> targets(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> runs(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> run_one(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> run_repeated(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> run_made(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> unit(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> published(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> readers(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> recommendations(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> answered(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> document(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> history(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> search(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> reports(const http::Request&, const http::PathValues&, const Principal&) const;
  Result<json::Value> review(const http::Request&, const http::PathValues&, const Principal&) const;

  Province& province_;
  http::Router router_;
};

// The body of a POST as JSON. Error bad_request: another Content-Type, or no JSON object.
Result<json::Value> json_body(const http::Request& request);

// {"error":{…}} with the status of the error.
http::Response api_error(const Error& error);

}  // namespace tram
