// http/router.h: finds the function for a method and a path.
//
//   Router router;
//   router.add("GET", "/{db}/_changes", [&](const Request& request, const PathValues& path) { ... path["db"] ... });
//   router.add("PUT", "/{db}/_blob/{digest}", ...);
//   router.add("GET", "/assets/{rest...}", ...);   // one or more remaining segments, joined by "/"
//
// Of several patterns that fit, the one with a literal segment earliest wins ("/{db}/_changes" before "/{db}/{id}").
// A segment is decoded after splitting, so "{id}" of /office/a%2Fb is "a/b". HEAD is answered by GET's function. A
// path known only for other methods: 405 with Allow; unknown: 404; a bad escape: 400. Add first, then route from any
// thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"

namespace tram::http {

class PathValues {
 public:
  // The decoded segment of that name; a name that the pattern lacks is a bug.
  const std::string& operator[](std::string_view name) const;
  bool has(std::string_view name) const;

 private:
  friend class Router;
  std::vector<std::pair<std::string_view, std::string>> values_;
};

using RouteHandler = std::function<Response(const Request&, const PathValues&)>;

class Router {
 public:
  Router& add(std::string_view method, std::string_view pattern, RouteHandler handler);
  Response route(const Request& request) const;

 private:
  struct Part {
    enum class Kind { literal, one, rest } kind;
    std::string text;
  };
  struct Route {
    std::string method;
    std::vector<Part> parts;
    RouteHandler handler;
  };
  static bool fits(const Route& route, const std::vector<std::string>& segments);
  static PathValues values_of(const Route& route, const std::vector<std::string>& segments);

  std::vector<Route> routes_;  // most literal first
};

}  // namespace tram::http
