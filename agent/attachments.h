// agent/attachments.h: files attached to a report: scans, signed copies, photos.
//
// They are outside the submitted figures, so they may be added in any state. Any thread. Errors beside those of
// reports.h: not_found (no such file, no such attachment), too_large, bad_request (name; more than 64).
#pragma once

#include <string>
#include <string_view>

#include "agent/reports.h"
#include "http/message.h"

namespace tram::agent {

// Reads the file part by part; one of the same name is replaced. `name` and `type` empty: from the file's name. Answers
// the new revision.
Result<RevisionId> attach_file(Office& office, std::string_view id, const std::string& file, std::string name,
                               std::string type, const Author& author);
// The same with the body of a request; its type is that of its name.
Result<RevisionId> attach_bytes(Office& office, std::string_view id, const http::Request& request,
                                const std::string& given_name, const Author& author);
Result<RevisionId> detach_file(Office& office, std::string_view id, std::string_view name, const Author& author);

// [{"name","content_type","length","sha256","revpos"}], by name.
Result<json::Value> list_attachments(Office& office, std::string_view id);
std::string attachments_listing(const json::Value& attachments);  // for people
// The bytes, to be saved by a browser, never shown by it.
http::Response download_attachment(Office& office, std::string_view id, std::string_view name);

}  // namespace tram::agent
