// Attachments by their addresses: /{db}/{id}/{name}, and between our own programs /{db}/_blob/{sha256}, whole or in parts.
#include <charconv>

#include "core/base/json.h"
#include "core/base/log.h"
#include "sync/expand.h"
#include "sync/given.h"
#include "sync/service.h"

namespace tram {
namespace {

constexpr std::string_view kDesignPrefix = "_design/";
constexpr std::size_t kPartMax = 1 << 20;                    // of a staged upload
constexpr std::size_t kLargeBodyMax = std::size_t{1} << 30;  // a document with several attachments

http::Response not_there(std::string_view reason) { return http::error_response(404, "not_found", reason); }

std::optional<std::uint64_t> count_of(std::string_view text) {
  std::uint64_t n = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (text.empty() || code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return n;
}

// ---- ranges

struct Range {
  std::uint64_t from = 0, to = 0;  // [from, to)
};

// One range of bytes (RFC 9110, 14); nothing where it is of another kind, or several: then all is sent.
std::optional<Range> range_of(std::string_view header, std::uint64_t length) {
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit) || header.find(',') != std::string_view::npos) return std::nullopt;
  header.remove_prefix(kUnit.size());
  const auto dash = header.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = count_of(header.substr(0, dash)), last = count_of(header.substr(dash + 1));
  if (dash == 0) {
    if (!last) return std::nullopt;
    return Range{length - std::min(*last, length), length};
  }
  if (!first || (!last && dash + 1 < header.size()) || (last && *last < *first)) return std::nullopt;
  return Range{*first, last && *last < length ? *last + 1 : length};
}

http::Response out_of_range(std::uint64_t length) {
  http::Response response =
      http::error_response(416, "requested_range_not_satisfiable", "Requested range not satisfiable");
  response.headers.set("Content-Range", "bytes */" + std::to_string(length));
  return response;
}

// The bytes, whole or the range asked for.
http::Response serve(const http::Request& request, Store::FoundBlob found, const std::string& sha256,
                     http::Headers headers) {
  const std::uint64_t length = found.bytes.length();
  const std::string tag(headers.get("ETag"));
  const std::string_view known = request.headers.get("If-None-Match");
  if (!known.empty() && (unquoted(known) == unquoted(tag) || known == "*")) return {304, {{"ETag", tag}}};
  headers.set("Accept-Ranges", "bytes");
  headers.set("Content-Security-Policy", "sandbox; default-src 'none'");
  headers.set("X-Content-Type-Options", "nosniff");
  http::Response response{200, std::move(headers)};
  Range range{0, length};
  const std::string_view condition = request.headers.get("If-Range");
  if (condition.empty() || unquoted(condition) == unquoted(tag)) {
    if (const auto asked = range_of(request.headers.get("Range"), length)) {
      if (asked->from >= asked->to) return out_of_range(length);
      range = *asked;
      response.status = 206;
      response.headers.set("Content-Range", "bytes " + std::to_string(range.from) + "-" + std::to_string(range.to - 1) +
                                                "/" + std::to_string(length));
    }
  }
  response.headers.set("Content-Length", std::to_string(range.to - range.from));
  response.stream = blob_stream(std::move(found.bytes), sha256, range.from, range.to);
  return response;
}

// ---- of a document

std::string disposition(std::string_view name) {
  std::string safe;
  for (const char c : name) {
    const bool plain = static_cast<unsigned char>(c) >= ' ' && static_cast<unsigned char>(c) < 0x7f && c != '"' &&
                       c != '\\' && c != '/';
    safe += plain ? c : '_';
  }
  return "attachment; filename=\"" + safe + "\"";
}

Result<http::Response> get_attachment(const Call& call, const std::string& id, const std::string& name) {
  std::optional<RevisionId> rev;
  if (const auto text = call.query.get("rev")) {
    ASSIGN_OR_RETURN(rev, RevisionId::parse(*text));
  }
  std::optional<Attachment> attachment;
  std::string_view missing = "missing";
  RETURN_IF_ERROR(call.database->store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto record, snapshot.find(id));
    if (!record) return {};
    if (!rev && record->tree.deleted()) {
      missing = "deleted";
      return {};
    }
    ASSIGN_OR_RETURN(const auto document,
                     snapshot.document(*record, rev ? record->tree.find(*rev) : record->tree.winner()));
    if (!document) return {};
    missing = "Document is missing attachment";
    for (const Attachment& one : document->attachments) {
      if (one.name == name) attachment = one;
    }
    return {};
  }));
  if (!attachment) return not_there(missing);
  ASSIGN_OR_RETURN(auto found, call.database->store->blob(attachment->sha256));
  if (!found) return error(ErrorCode::corrupt, "The bytes of this attachment are gone; run verify.");
  const std::string md5 = attachment->digest.substr(attachment->digest.find('-') + 1);
  return serve(call.request, *std::move(found), attachment->sha256,
               {{"Content-Type", attachment->content_type},
                {"ETag", '"' + md5 + '"'},
                {"Content-MD5", md5},
                {"Content-Disposition", disposition(name)}});
}

Result<http::Response> put_attachment(const Call& call, const std::string& id, const std::string& name) {
  RETURN_IF_ERROR(check_id(id));
  RETURN_IF_ERROR(check_attachment_name(name));
  ASSIGN_OR_RETURN(RevisionId parent, parent_of(call, std::nullopt));
  ASSIGN_OR_RETURN(BlobPtr blob, read_blob_body(call.request, call.database->store->blobs()));
  const std::string_view type = call.request.headers.get("Content-Type");
  Attachment attachment{
      name, type.empty() ? "application/octet-stream" : std::string(type), blob->sha256, blob->digest, blob->length, 0};
  return edit_document(call, {id, std::move(parent), false, "{}", {std::move(attachment)}, {std::move(blob)}, name},
                       201);
}

Result<http::Response> remove_attachment(const Call& call, const std::string& id, const std::string& name) {
  RETURN_IF_ERROR(check_id(id));
  ASSIGN_OR_RETURN(RevisionId parent, parent_of(call, std::nullopt));
  std::optional<Record> record;
  RETURN_IF_ERROR(call.database->store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(record, snapshot.find(id));
    return {};
  }));
  if (!record) return not_there("missing");
  if (parent.empty()) return error(ErrorCode::conflict, "Document update conflict.", "conflict");
  return edit_document(call, {id, std::move(parent), false, "{}", {}, {}, name}, 200);
}

using AttachmentHandler = Result<http::Response> (*)(const Call&, const std::string& id, const std::string& name);

void add_by_name(http::Router& router, Service& service, std::string_view method, Access needed,
                 AttachmentHandler handler) {
  router.add(method, "/{db}/{id}/{name...}", service.in_database(needed, [handler](const Call& call) {
    return handler(call, call.path["id"], call.path["name"]);
  }));
  router.add(method, "/{db}/_design/{design}/{name...}", service.in_database(needed, [handler](const Call& call) {
    const std::string& name = call.path["name"];
    if (name.starts_with('_')) return Result<http::Response>(not_served("This server runs no JavaScript: use _find."));
    return handler(call, std::string(kDesignPrefix) + call.path["design"], name);
  }));
}

// ---- in parts

Result<http::Response> get_blob(const Call& call) {
  const std::string& sha256 = call.path["sha256"];
  if (!is_sha256(sha256)) return error(ErrorCode::bad_request, "A blob is named by 64 lower-case hex digits.");
  ASSIGN_OR_RETURN(auto found, call.database->store->blob(sha256));
  const bool is_visible = found && (found->is_used || call.access == Access::write);
  if (!is_visible) {
    http::Response response = not_there("missing");
    if (call.access == Access::write) {
      response.headers.set("Tram-Have", std::to_string(call.database->store->blobs().staged(sha256)));
    }
    return response;
  }
  return serve(call.request, *std::move(found), sha256,
               {{"Content-Type", "application/octet-stream"},
                {"ETag", '"' + sha256 + '"'},
                {"Content-Disposition", "attachment"}});
}

struct Part {
  std::uint64_t offset = 0, total = 0;
};

// "bytes 0-262143/1000000", or "bytes */1000000" which only asks.
std::optional<Part> part_of(std::string_view header, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes ";
  const auto slash = header.find('/');
  if (!header.starts_with(kUnit) || slash == std::string_view::npos) return std::nullopt;
  const auto total = count_of(header.substr(slash + 1));
  const std::string_view range = header.substr(kUnit.size(), slash - kUnit.size());
  if (!total) return std::nullopt;
  if (range == "*") return size == 0 ? std::optional(Part{0, *total}) : std::nullopt;
  const auto dash = range.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = count_of(range.substr(0, dash)), last = count_of(range.substr(dash + 1));
  if (!first || !last || *last < *first || *last - *first + 1 != size || *last >= *total) return std::nullopt;
  return Part{*first, *total};
}

http::Response staged(int status, std::uint64_t have) {
  return http::json_response(status, "{\"have\":" + std::to_string(have) + "}\n");
}

Result<http::Response> put_blob(const Call& call) {
  const std::string& sha256 = call.path["sha256"];
  if (!is_sha256(sha256)) return error(ErrorCode::bad_request, "A blob is named by 64 lower-case hex digits.");
  if (call.request.body_size() > kPartMax) {
    return error(ErrorCode::too_large, "A part has at most " + std::to_string(kPartMax) + " bytes.");
  }
  const auto part = part_of(call.request.headers.get("Content-Range"), call.request.body_size());
  if (!part) return error(ErrorCode::bad_request, "Content-Range tells which bytes of how many these are.");
  if (part->total > kBlobMax) return error(ErrorCode::too_large, sha256, "attachment_too_large");
  Store& store = *call.database->store;
  ASSIGN_OR_RETURN(const auto known, store.blob(sha256));
  if (known) return staged(201, known->bytes.length());
  ASSIGN_OR_RETURN(const std::string bytes, call.request.body_part(0, kPartMax));
  ASSIGN_OR_RETURN(const auto stage, store.blobs().stage(sha256, part->total, part->offset, bytes));
  if (!stage.blob) return staged(202, stage.have);
  RETURN_IF_ERROR(store.write([&](Transaction& transaction) { return transaction.bring(*stage.blob); }));
  return staged(201, stage.have);
}

bool has_large_body(const http::Request& head) {
  return head.method == "PUT" && head.content_type() != "application/json" && !head.path().starts_with("/api/") &&
         head.path().find("/_blob/") == std::string_view::npos;
}

}  // namespace

void add_attachment_routes(http::Router& router, Service& service) {
  router.add("GET", "/{db}/_blob/{sha256}", service.in_database(Access::read, get_blob));
  router.add("PUT", "/{db}/_blob/{sha256}", service.in_database(Access::write, put_blob));
  add_by_name(router, service, "GET", Access::read, get_attachment);
  add_by_name(router, service, "PUT", Access::write, put_attachment);
  add_by_name(router, service, "DELETE", Access::write, remove_attachment);
  router.add("POST", "/{db}/_design/{design}/{name...}", service.in_database(Access::read, [](const Call&) {
    return Result<http::Response>(not_served("This server runs no JavaScript: use _find."));
  }));
}

void take_large_bodies(http::ServerOptions& options, std::string folder,
                       std::function<Result<Principal>(const http::Request&)> authenticate) {
  options.spool_folder = std::move(folder);
  options.spools = has_large_body;
  options.body_max_for = [otherwise = options.body_max](const http::Request& head) {
    return has_large_body(head) ? kLargeBodyMax : otherwise;
  };
  options.admit = [authenticate = std::move(authenticate)](const http::Request& head) -> std::optional<http::Response> {
    const auto principal = authenticate(head);
    if (!principal) return protocol_error(principal.error());
    const auto length = count_of(head.headers.get("Content-Length"));
    const bool is_document = head.content_type().starts_with("multipart/");
    if (is_document || length.value_or(0) <= kBlobMax) return std::nullopt;
    return http::error_response(413, "attachment_too_large",
                                "An attachment has at most " + std::to_string(kBlobMax) + " bytes.");
  };
}

}  // namespace tram
