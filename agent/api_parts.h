// agent/api_parts.h (inside agent only): what the files of the API share: a call, its answer, and the tables of routes.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "agent/office.h"
#include "agent/page_sessions.h"
#include "agent/reports.h"
#include "core/base/json.h"
#include "http/router.h"

namespace tram::agent {

struct Call {
  Office& office;
  PageSessions* sessions;  // null: this program has no page
  const http::Request& request;
  const http::PathValues& path;
  Author author;     // who asks
  std::string csrf;  // of the session; empty without one

  const std::string& id() const { return path["id"]; }
  std::string parameter(std::string_view name) const { return request.parameter(name).value_or(""); }
  Result<json::Value> body() const { return json::parse_object(request.body); }
};

// open: without a session. quiet: asked by the page on its own, so it keeps no session alive.
enum class Access { people, open, quiet };
struct Route {
  const char* method;
  const char* path;
  http::Response (*serve)(const Call&);
  Access access = Access::people;
};
std::span<const Route> data_routes();    // what is read
std::span<const Route> report_routes();  // what people do with reports
std::span<const Route> office_routes();  // notices, recommendations, settings, line
std::span<const Route> session_routes();

http::Response api_error(int status, std::string_view code, std::string_view message, std::string_view message_vi = {});
http::Response answer(const Result<json::Value>& value);
http::Response answer(const Status& status);  // {} when done
http::Response failed_call(const Error& error);

}  // namespace tram::agent
