#include "http/static_files.h"

#include <algorithm>

#include "http/gzip.h"

namespace tram::http {
namespace {

constexpr std::string_view kFolder = "/ui/";
// Browsers ask for it unasked, at the top; without an answer of ours that is a question for a password.
constexpr std::string_view kIconPath = "/favicon.ico";
constexpr std::string_view kIcon = "favicon.svg";

Response lead_to_folder() {
  Response response = text_response(302, "");
  response.headers.set("Location", std::string(kFolder));
  return response;
}

// What every answer says, whatever else it is.
void protect(Response& response) {
  response.headers.set("Content-Security-Policy", std::string(kPagePolicy));
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("X-Frame-Options", "DENY");
  response.headers.set("Referrer-Policy", "no-referrer");
  response.headers.set("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.set("Cross-Origin-Resource-Policy", "same-origin");
}

Response content_of(const StaticFile& file, const Request& request) {
  Response response;
  const bool fixed = file.name != "index.html" && file.name != kIcon;
  response.headers.set("Cache-Control", fixed ? "public, max-age=31536000, immutable" : "no-cache");
  response.headers.set("ETag", std::string(file.etag));
  response.headers.set("Vary", "Accept-Encoding");
  if (request.headers.get("If-None-Match").find(file.etag) != std::string_view::npos) {
    response.status = 304;
    return response;
  }
  response.headers.set("Content-Type", std::string(file.content_type));
  if (request.headers.get("Accept-Encoding").find("gzip") != std::string_view::npos) {
    response.headers.set("Content-Encoding", "gzip");
    response.body = file.gzip;
    return response;
  }
  auto content = gunzip(file.gzip, {64ULL << 20, 0});
  if (!content) return error_response(content.error());
  response.body = std::move(*content);
  return response;
}

}  // namespace

bool is_static(const Request& request) {
  const std::string_view path = request.path();
  return path == "/ui" || path.starts_with(kFolder) || path == kIconPath;
}

Response serve_static(std::span<const StaticFile> files, const Request& request) {
  Response response;
  if (request.method != "GET" && request.method != "HEAD") {
    response = error_response(405, "method_not_allowed", "pages are only read");
    response.headers.set("Allow", "GET, HEAD");
  } else if (!request.path().starts_with(kFolder) && request.path() != kIconPath) {
    response = lead_to_folder();
  } else {
    std::string_view name = request.path() == kIconPath ? kIcon : request.path().substr(kFolder.size());
    if (name.empty()) name = "index.html";
    const auto file = std::find_if(files.begin(), files.end(), [&](const StaticFile& one) { return one.name == name; });
    response =
        file == files.end() ? error_response(404, "not_found", "there is no such page") : content_of(*file, request);
  }
  protect(response);
  return response;
}

}  // namespace tram::http
