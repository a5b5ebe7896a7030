// Attachments to and from a database behind a RemoteServer.
#include <algorithm>

#include "core/base/digest.h"
#include "core/base/json.h"
#include "http/url.h"
#include "sync/remote_peer.h"
#include "sync/render.h"

namespace tram {
namespace {

constexpr const char* kBytesType = "application/octet-stream";

// Texts and blobs one behind the other, read from any place: a client sends a body once more when a line broke.
class Segments {
 public:
  void add(std::string text) { add(BlobReader(std::move(text))); }
  void add(BlobReader bytes) {
    segments_.push_back({length_, bytes});
    length_ += bytes.length();
  }
  std::uint64_t length() const { return length_; }
  Result<std::string> read(std::uint64_t offset, std::size_t size) const {
    const auto behind = std::upper_bound(segments_.begin(), segments_.end(), offset,
                                         [](std::uint64_t at, const Segment& segment) { return at < segment.begin; });
    for (auto segment = behind - 1; segment != segments_.end(); ++segment) {
      ASSIGN_OR_RETURN(std::string bytes, segment->bytes.read(offset - segment->begin, size));
      if (!bytes.empty()) return bytes;
    }
    return std::string();
  }

 private:
  struct Segment {
    std::uint64_t begin;
    BlobReader bytes;
  };
  std::vector<Segment> segments_;
  std::uint64_t length_ = 0;
};

std::string with_digest_name(const std::string& sha256) { return "/_blob/" + sha256; }

}  // namespace

Result<std::uint64_t> RemotePeer::put_part(const std::string& sha256, std::uint64_t length, std::uint64_t offset,
                                           std::string part) {
  const std::string range =
      part.empty() ? "*" : std::to_string(offset) + "-" + std::to_string(offset + part.size() - 1);
  http::Request request{"PUT", path_ + with_digest_name(sha256)};
  request.headers.set("Content-Type", kBytesType);
  request.headers.set("Content-Range", "bytes " + range + "/" + std::to_string(length));
  request.body = std::move(part);
  ASSIGN_OR_RETURN(const http::Response response, server_.transfer(std::move(request), false));
  auto answer = json::parse_object(response.body);
  const auto have = answer ? json::integer_at(*answer, "have") : std::nullopt;
  if (!have || *have < 0) return error(ErrorCode::offline, "The answer does not tell how much of a blob is there.");
  return static_cast<std::uint64_t>(*have);
}

Result<std::string> RemotePeer::get_part(const std::string& sha256, std::uint64_t offset, std::size_t size) {
  http::Request request{"GET", path_ + with_digest_name(sha256)};
  request.headers.set("Range", "bytes=" + std::to_string(offset) + "-" + std::to_string(offset + size - 1));
  ASSIGN_OR_RETURN(http::Response response, server_.transfer(std::move(request), true));
  if (response.status != 206 || response.body.size() > size) {
    return error(ErrorCode::offline, "The answer is no part of a blob.");
  }
  return std::move(response.body);
}

Result<BlobPtr> RemotePeer::get_attachment(const Document& document, const Attachment& attachment, BlobFolder& blobs) {
  http::Request request{"GET", path_ + "/" + http::percent_encode(document.id) + "/" +
                                   http::percent_encode(attachment.name) +
                                   "?rev=" + http::percent_encode(document.rev.text())};
  BlobWriter writer(blobs);
  ASSIGN_OR_RETURN(const http::Response response,
                   server_.transfer(std::move(request), true, [&](std::string_view part) { return writer.add(part); }));
  ASSIGN_OR_RETURN(BlobPtr blob, writer.finish());
  // A digest may be that of gzip bytes, so a different one proves nothing; a wrong length does.
  if (blob->digest == attachment.digest || blob->length == attachment.length) return blob;
  return error(ErrorCode::offline,
               "The bytes of " + attachment.name + " of " + document.id + " are not those announced.");
}

Status RemotePeer::put_related(const Document& document, Store& store) {
  DocumentParts parts{.revisions = true};
  parts.data.form = DocumentParts::Data::Form::follows;
  std::string text;
  write_document(text, document, parts);
  // As unlikely in an attachment as its own digest would be.
  const std::string boundary =
      "tram-" + sha256_hex(document.id + document.rev.text() + store.instance_uuid()).substr(0, 32);
  std::vector<Attachment> attachments = document.attachments;
  std::sort(attachments.begin(), attachments.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  const auto segments = std::make_shared<Segments>();
  segments->add("--" + boundary + "\r\nContent-Type: application/json\r\n\r\n" + text);
  for (const Attachment& attachment : attachments) {
    ASSIGN_OR_RETURN(auto found, store.blob(attachment.sha256));
    if (!found) return error(ErrorCode::corrupt, "the bytes of the attachment " + attachment.name + " are gone");
    segments->add("\r\n--" + boundary + "\r\n" + part_headers(attachment));
    segments->add(std::move(found->bytes));
  }
  segments->add("\r\n--" + boundary + "--");
  http::Request request{"PUT", path_ + "/" + http::percent_encode(document.id) + "?new_edits=false"};
  request.headers.set("Content-Type", "multipart/related; boundary=\"" + boundary + "\"");
  request.upload = std::make_shared<http::Request::Upload>(http::Request::Upload{
      segments->length(), [segments](std::uint64_t offset, std::size_t size) { return segments->read(offset, size); }});
  RETURN_IF_ERROR(server_.transfer(std::move(request), false));
  return {};
}

}  // namespace tram
