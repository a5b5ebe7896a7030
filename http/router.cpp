#include "http/router.h"

#include <algorithm>

namespace tram::http {
namespace {

bool answers(std::string_view route_method, std::string_view method) {
  return route_method == method || (method == "HEAD" && route_method == "GET");
}

}  // namespace

const std::string& PathValues::operator[](std::string_view name) const {
  const auto found =
      std::find_if(values_.begin(), values_.end(), [&](const auto& value) { return value.first == name; });
  CHECK(found != values_.end());
  return found->second;
}

bool PathValues::has(std::string_view name) const {
  return std::any_of(values_.begin(), values_.end(), [&](const auto& value) { return value.first == name; });
}

Router& Router::add(std::string_view method, std::string_view pattern, RouteHandler handler) {
  Route route{std::string(method), {}, std::move(handler)};
  CHECK(pattern.starts_with('/'));
  pattern.remove_prefix(1);
  while (!pattern.empty()) {
    const auto end = std::min(pattern.find('/'), pattern.size());
    std::string_view text = pattern.substr(0, end);
    pattern.remove_prefix(std::min(end + 1, pattern.size()));
    auto kind = Part::Kind::literal;
    if (text.starts_with('{')) {
      CHECK(text.ends_with('}'));
      text = text.substr(1, text.size() - 2);
      kind = text.ends_with("...") ? Part::Kind::rest : Part::Kind::one;
      if (kind == Part::Kind::rest) text.remove_suffix(3);
    }
    route.parts.push_back({kind, std::string(text)});
  }
  const auto before = [](const Route& a, const Route& b) {
    return std::lexicographical_compare(a.parts.begin(), a.parts.end(), b.parts.begin(), b.parts.end(),
                                        [](const Part& x, const Part& y) { return x.kind < y.kind; });
  };
  routes_.insert(std::upper_bound(routes_.begin(), routes_.end(), route, before), std::move(route));
  return *this;
}

bool Router::fits(const Route& route, const std::vector<std::string>& segments) {
  for (std::size_t i = 0; i < route.parts.size(); ++i) {
    if (i >= segments.size()) return false;
    const Part& part = route.parts[i];
    if (part.kind == Part::Kind::rest) return true;
    if (part.kind == Part::Kind::literal && part.text != segments[i]) return false;
  }
  return route.parts.size() == segments.size();
}

PathValues Router::values_of(const Route& route, const std::vector<std::string>& segments) {
  PathValues values;
  for (std::size_t i = 0; i < route.parts.size(); ++i) {
    const Part& part = route.parts[i];
    if (part.kind == Part::Kind::literal) continue;
    std::string value = segments[i];
    for (std::size_t j = i + 1; part.kind == Part::Kind::rest && j < segments.size(); ++j) value += '/' + segments[j];
    values.values_.emplace_back(part.text, std::move(value));
  }
  return values;
}

Response Router::route(const Request& request) const {
  const auto segments = request.segments();
  if (!segments) return error_response(segments.error());
  std::vector<std::string_view> allowed;
  for (const Route& route : routes_) {
    if (!fits(route, *segments)) continue;
    if (answers(route.method, request.method)) return route.handler(request, values_of(route, *segments));
    if (std::find(allowed.begin(), allowed.end(), route.method) == allowed.end()) allowed.push_back(route.method);
  }
  if (allowed.empty()) return error_response(404, "not_found", "There is nothing at this address.");

  std::string allow;
  for (const std::string_view method : allowed) {
    allow += (allow.empty() ? "" : ", ") + std::string(method) + (method == "GET" ? ", HEAD" : "");
  }
  Response response = error_response(405, "method_not_allowed", "Only " + allow + " allowed");
  response.headers.set("Allow", allow);
  return response;
}

}  // namespace tram::http
