#include "server/attached_files.h"

#include "server/office_order.h"
#include "sync/expand.h"

namespace tram {
namespace {

struct Held {
  std::shared_ptr<Database> database;
  std::vector<Attachment> attachments;
};

Result<Held> held_of(Province& province, const std::string& slug, const std::string& id) {
  if (!province.registry().office(slug)) return error(ErrorCode::not_found, "there is no office " + slug);
  Held held;
  ASSIGN_OR_RETURN(held.database, province.databases().open(office_database(slug)));
  RETURN_IF_ERROR(held.database->store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto document, snapshot.winner(id));
    if (!document) return error(ErrorCode::not_found, "office " + slug + " has no document " + id);
    held.attachments = document->attachments;
    return {};
  }));
  return held;
}

}  // namespace

Result<json::Value> attached_files(Province& province, const std::string& slug, const std::string& id) {
  ASSIGN_OR_RETURN(const Held held, held_of(province, slug, id));
  json::Value list = json::Value::array();
  for (const Attachment& one : held.attachments) {
    list.push_back({{"name", one.name}, {"content_type", one.content_type}, {"length", one.length}});
  }
  return list;
}

Result<http::Response> attached_file(Province& province, const std::string& slug, const std::string& id,
                                     const std::string& name) {
  ASSIGN_OR_RETURN(const Held held, held_of(province, slug, id));
  for (const Attachment& one : held.attachments) {
    if (one.name != name) continue;
    ASSIGN_OR_RETURN(auto found, held.database->store->blob(one.sha256));
    if (!found) return error(ErrorCode::corrupt, "the bytes of this file are gone; run verify");
    http::Response response{200,
                            {{"Content-Type", one.content_type},
                             {"Content-Length", std::to_string(one.length)},
                             {"Content-Disposition", "attachment"},
                             {"Content-Security-Policy", "sandbox; default-src 'none'"}}};
    response.stream = blob_stream(std::move(found->bytes), one.sha256, 0, one.length);
    return response;
  }
  return error(ErrorCode::not_found, "this report has no file " + name);
}

}  // namespace tram
