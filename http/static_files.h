// http/static_files.h: files that are part of the program, served as they are: the pages under /ui/.
//
// Names with a digest in them are kept by browsers for ever, index.html is asked for each time (ETag, 304). Every answer
// carries a content security policy that lets a page load from its own origin alone and be framed by nobody.
#pragma once

#include <span>
#include <string_view>

#include "http/message.h"

namespace tram::http {

struct StaticFile {
  std::string_view name;  // "office-ABCD.js"
  std::string_view content_type;
  std::string_view etag;  // with its quotes
  std::string_view gzip;  // the content, compressed
};

// The policy of the pages; answers of other kinds need none.
inline constexpr std::string_view kPagePolicy =
    "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

// GET and HEAD of /ui/NAME; /ui/ is index.html, and any path outside leads there. Any thread; the files outlive the
// answer.
Response serve_static(std::span<const StaticFile> files, const Request& request);
// /ui and everything below it, and /favicon.ico, which is favicon.svg.
bool is_static(const Request& request);

}  // namespace tram::http
