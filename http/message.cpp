#include "http/message.h"

#include <algorithm>

#include "core/base/json.h"

namespace tram::http {
namespace {

std::string media_type(std::string_view value) {
  std::string type(value.substr(0, value.find(';')));
  while (type.ends_with(' ') || type.ends_with('\t')) type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return type;
}

}  // namespace

Result<std::string> Request::body_part(std::uint64_t offset, std::size_t size) const {
  if (spool) return spool->read(offset, size);
  return offset < body.size() ? body.substr(static_cast<std::size_t>(offset), size) : std::string();
}

std::string_view Request::path() const { return std::string_view(target).substr(0, target.find('?')); }

std::string_view Request::query() const {
  const auto at = target.find('?');
  return at == std::string::npos ? std::string_view{} : std::string_view(target).substr(at + 1);
}

Result<std::vector<std::string>> Request::segments() const {
  std::vector<std::string> segments;
  std::string_view rest = path();
  if (rest.starts_with('/')) rest.remove_prefix(1);
  while (!rest.empty()) {
    const auto end = std::min(rest.find('/'), rest.size());
    ASSIGN_OR_RETURN(std::string segment, percent_decode(rest.substr(0, end)));
    if (!segment.empty()) segments.push_back(std::move(segment));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return segments;
}

std::optional<std::string> Request::parameter(std::string_view name) const {
  auto all = parse_query(query());
  if (!all) return std::nullopt;
  for (auto& [key, value] : *all) {
    if (key == name) return std::move(value);
  }
  return std::nullopt;
}

std::optional<std::string> Request::cookie(std::string_view name) const {
  for (const auto& field : headers) {
    if (!same_without_case(field.name, "Cookie")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(';'), rest.size());
      std::string_view pair = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      const auto equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
        return std::string(pair.substr(equals + 1));
      }
    }
  }
  return std::nullopt;
}

std::string Request::content_type() const { return media_type(headers.get("Content-Type")); }

std::string Response::content_type() const { return media_type(headers.get("Content-Type")); }

Response Response::when(Wait until, std::function<Response()> next) {
  Response response;
  response.later = std::make_shared<Later>(Later{std::move(until), std::move(next)});
  return response;
}

Response json_response(int status, std::string json_text) {
  return Response{status, {{"Content-Type", "application/json"}}, std::move(json_text)};
}

Response text_response(int status, std::string text, std::string_view content_type) {
  return Response{status, {{"Content-Type", std::string(content_type)}}, std::move(text)};
}

Response error_response(int status, std::string_view name, std::string_view reason) {
  std::string text = "{\"error\":";
  json::print_string(text, name);
  text += ",\"reason\":";
  json::print_string(text, reason);
  return json_response(status, text + "}\n");
}

Response error_response(const Error& error) {
  const bool too_many = error.code == ErrorCode::busy && error.what_name() == "too_many_requests";
  Response response = error_response(too_many ? 429 : status_of(error.code), error.what_name(), error.message);
  if (error.code == ErrorCode::busy) {
    const std::int64_t seconds = std::max<std::int64_t>(1, (error.retry_after_ms + 999) / 1000);
    response.headers.set("Retry-After", std::to_string(seconds));
  }
  return response;
}

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_request:
    case ErrorCode::usage: return 400;
    case ErrorCode::unauthorized: return 401;
    case ErrorCode::forbidden: return 403;
    case ErrorCode::not_found: return 404;
    case ErrorCode::conflict:
    case ErrorCode::replica_fork: return 409;
    case ErrorCode::history_changed: return 412;
    case ErrorCode::too_large: return 413;
    case ErrorCode::unsupported: return 501;
    case ErrorCode::offline:
    case ErrorCode::captive_portal:
    case ErrorCode::wrong_peer: return 502;
    case ErrorCode::busy:
    case ErrorCode::in_use:
    case ErrorCode::cancelled: return 503;
    case ErrorCode::disk_full: return 507;
    case ErrorCode::server_error:
    case ErrorCode::storage_error:
    case ErrorCode::outcome_unknown:
    case ErrorCode::corrupt:
    case ErrorCode::newer_schema:
    case ErrorCode::internal: return 500;
  }
  return 500;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 507: return "Insufficient Storage";
    default: return status < 400 ? "OK" : "Error";
  }
}

}  // namespace tram::http
