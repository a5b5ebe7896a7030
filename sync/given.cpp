#include "sync/given.h"

#include <algorithm>

#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "http/gzip.h"
#include "http/multipart.h"

namespace tram {
namespace {

constexpr std::size_t kAttachmentNameBytesMax = 1024;
constexpr std::size_t kTypeBytesMax = 1024;
constexpr std::size_t kDecodedAtOnce = 64 << 10;  // base64 characters, a multiple of four
constexpr std::size_t kDocumentPartMax = kDocumentBytesMax + (4 << 20);
constexpr const char* kPlainType = "application/octet-stream";

Error bad_attachment(std::string_view name, std::string_view what) {
  return error(ErrorCode::bad_request, "The attachment " + std::string(name) + " " + std::string(what) + ".");
}

Error md5_mismatch() { return error(ErrorCode::bad_request, "Possible message corruption.", "content_md5_mismatch"); }

// Decodes the text between the quotes without a second copy of it.
Result<BlobPtr> decode(std::string_view raw, std::string_view name, BlobFolder& blobs) {
  std::string unescaped;
  if (raw.find('\\') != std::string_view::npos) raw = unescaped = json::unescape(raw);
  BlobWriter writer(blobs);
  while (!raw.empty()) {
    const std::string_view some = raw.substr(0, kDecodedAtOnce);
    const auto bytes = from_base64(some);
    // Padding stands at the very end only.
    if (!bytes || (some.size() < raw.size() && some.ends_with('='))) return bad_attachment(name, "is no base64");
    RETURN_IF_ERROR(writer.add(*bytes));
    raw.remove_prefix(some.size());
  }
  return writer.finish();
}

struct Member {
  Attachment attachment;
  std::optional<std::string_view> data;  // between the quotes
  bool stub = false, follows = false, is_gzip = false;
  std::uint64_t encoded_length = 0;
};

std::uint64_t count_of(json::Reader& reader) {
  if (reader.peek() != json::Kind::number) {
    reader.skip();
    return 0;
  }
  const auto n = json::Reader(reader.number()).integer();
  return n && *n > 0 ? static_cast<std::uint64_t>(*n) : 0;
}

std::string text_of(json::Reader& reader) {
  if (reader.peek() == json::Kind::string) return reader.string().value_or("");
  reader.skip();
  return {};
}

bool flag_of(json::Reader& reader) {
  if (reader.peek() == json::Kind::boolean) return reader.boolean().value_or(false);
  reader.skip();
  return false;
}

Member read_member(json::Reader& reader, std::string_view name) {
  Member member;
  member.attachment.name = std::string(name);
  if (!reader.enter_object()) return member;
  while (const auto what = reader.next_member()) {
    if (*what == "content_type") {
      member.attachment.content_type = text_of(reader);
    } else if (*what == "data" && reader.peek() == json::Kind::string) {
      const std::string_view quoted = reader.skip();
      if (quoted.size() >= 2) member.data = quoted.substr(1, quoted.size() - 2);
    } else if (*what == "digest") {
      member.attachment.digest = text_of(reader);
    } else if (*what == "sha256") {
      member.attachment.sha256 = text_of(reader);
    } else if (*what == "length") {
      member.attachment.length = count_of(reader);
    } else if (*what == "revpos") {
      member.attachment.revpos = count_of(reader);
    } else if (*what == "encoded_length") {
      member.encoded_length = count_of(reader);
    } else if (*what == "encoding") {
      member.is_gzip = text_of(reader) == "gzip";
    } else if (*what == "stub") {
      member.stub = flag_of(reader);
    } else if (*what == "follows") {
      member.follows = flag_of(reader);
    } else {
      reader.skip();
    }
  }
  return member;
}

void take_over(Attachment& attachment, const HeldBlob& blob) {
  attachment.sha256 = blob.sha256;
  attachment.digest = blob.digest;
  attachment.length = blob.length;
}

Status add_member(Given& given, Member member, BlobFolder& blobs) {
  Attachment& attachment = member.attachment;
  RETURN_IF_ERROR(check_attachment_name(attachment.name));
  if (attachment.content_type.size() > kTypeBytesMax) return bad_attachment(attachment.name, "has too long a type");
  if (given.attachments.size() == kAttachmentsMax) {
    return error(ErrorCode::bad_request, "A document has at most " + std::to_string(kAttachmentsMax) + " attachments.");
  }
  if (!is_sha256(attachment.sha256)) attachment.sha256.clear();
  if (attachment.content_type.empty() && !member.stub) attachment.content_type = kPlainType;
  if (member.data) {
    ASSIGN_OR_RETURN(BlobPtr blob, decode(*member.data, attachment.name, blobs));
    take_over(attachment, *blob);
    given.blobs.push_back(std::move(blob));
  } else if (member.follows) {
    if (attachment.length > kBlobMax) return error(ErrorCode::too_large, attachment.name, "attachment_too_large");
    given.follows.push_back({given.attachments.size(), member.is_gzip ? member.encoded_length : attachment.length,
                             member.is_gzip, attachment.digest});
    attachment.sha256.clear();
  } else if (!member.stub && attachment.sha256.empty()) {
    return bad_attachment(attachment.name, "has neither data nor stub");
  }
  given.attachments.push_back(std::move(attachment));
  return {};
}

// Puts the bytes of one part away as they come; gzip is undone on the way.
class PartTaker {
 public:
  PartTaker(const Given::Follows& part, BlobFolder& blobs) : part_(part), writer_(blobs) {
    if (part.is_gzip) inflater_.emplace(http::ExpansionLimits{kBlobMax, http::kRatioMax});
  }

  Status add(std::string_view bytes) {
    received_ += bytes.size();
    if (received_ > part_.length) return wrong_length();
    digest_.update(bytes);
    if (!inflater_) return writer_.add(bytes);
    return inflater_->add(bytes, [&](std::string_view plain) { return writer_.add(plain); });
  }

  Result<BlobPtr> finish() {
    if (received_ != part_.length) return wrong_length();
    if (inflater_ && !inflater_->complete()) return error(ErrorCode::bad_request, "The gzip data ends too early.");
    if (part_.digest.starts_with("md5-") && part_.digest != wire_digest(digest_.finish())) return md5_mismatch();
    return writer_.finish();
  }

 private:
  Error wrong_length() const {
    return error(ErrorCode::bad_request,
                 "A part is not as long as the document says (" + std::to_string(part_.length) + " bytes).");
  }
  const Given::Follows& part_;
  BlobWriter writer_;
  Md5 digest_;
  std::uint64_t received_ = 0;
  std::optional<http::Inflater> inflater_;
};

Result<std::string> read_small_part(http::MultipartReader& reader) {
  std::string all;
  while (true) {
    ASSIGN_OR_RETURN(const std::string bytes, reader.read());
    if (bytes.empty()) return all;
    all += bytes;
    if (all.size() > kDocumentPartMax) {
      return error(ErrorCode::too_large, "The document before its attachments is too large.", "document_too_large");
    }
  }
}

Status read_parts(http::MultipartReader& reader, Given& given, BlobFolder& blobs) {
  for (const Given::Follows& part : given.follows) {
    ASSIGN_OR_RETURN(const auto headers, reader.next());
    if (!headers) return error(ErrorCode::bad_request, "There are fewer parts than attachments that follow.");
    PartTaker taker(part, blobs);
    while (true) {
      ASSIGN_OR_RETURN(const std::string bytes, reader.read());
      if (bytes.empty()) break;
      RETURN_IF_ERROR(taker.add(bytes));
    }
    ASSIGN_OR_RETURN(BlobPtr blob, taker.finish());
    take_over(given.attachments[part.index], *blob);
    given.blobs.push_back(std::move(blob));
  }
  ASSIGN_OR_RETURN(const auto more, reader.next());
  return more ? Status(error(ErrorCode::bad_request, "There are more parts than attachments that follow.")) : Status();
}

}  // namespace

Status check_attachment_name(std::string_view name) {
  if (name.starts_with('_')) {
    return error(ErrorCode::bad_request,
                 "Attachment name '" + std::string(name) + "' starts with prohibited character '_'");
  }
  if (name.empty() || name.size() > kAttachmentNameBytesMax || !is_utf8(name) ||
      name.find('\0') != std::string_view::npos) {
    return error(ErrorCode::bad_request, "The name of an attachment is UTF-8 of 1 to 1024 bytes.");
  }
  return {};
}

Result<Given> read_given(std::string_view text, BlobFolder& blobs) {
  Given given;
  json::Reader reader(text);
  if (!reader.enter_object()) return reader.error();
  while (const auto name = reader.next_member()) {
    const std::string kept(*name);
    Member member = read_member(reader, kept);
    if (!reader.ok()) break;
    RETURN_IF_ERROR(add_member(given, std::move(member), blobs));
  }
  RETURN_IF_ERROR(reader.finish());
  return given;
}

Result<GivenDocument> read_related(const http::Request& request, BlobFolder& blobs) {
  ASSIGN_OR_RETURN(const std::string boundary, http::boundary_of(request.headers.get("Content-Type")));
  http::MultipartReader reader(boundary, http::body_source(request));
  ASSIGN_OR_RETURN(const auto headers, reader.next());
  if (!headers) return error(ErrorCode::bad_request, "The multipart body has no document.");
  ASSIGN_OR_RETURN(const std::string body, read_small_part(reader));
  json::Reader json(body);
  auto text = read_document_text(json);
  RETURN_IF_ERROR(json.finish());
  RETURN_IF_ERROR(text);
  GivenDocument document;
  if (text->attachments) {
    ASSIGN_OR_RETURN(document.given, read_given(*text->attachments, blobs));
  }
  text->attachments.reset();  // a slice of what goes now
  document.text = *std::move(text);
  RETURN_IF_ERROR(read_parts(reader, document.given, blobs));
  return document;
}

Result<BlobPtr> read_blob_body(const http::Request& request, BlobFolder& blobs) {
  BlobWriter writer(blobs);
  while (writer.size() < request.body_size()) {
    ASSIGN_OR_RETURN(const std::string block, request.body_part(writer.size(), kDecodedAtOnce));
    RETURN_IF_ERROR(writer.add(block));
  }
  ASSIGN_OR_RETURN(BlobPtr blob, writer.finish());
  const std::string_view announced = request.headers.get("Content-MD5");
  if (!announced.empty() && "md5-" + std::string(announced) != blob->digest) return md5_mismatch();
  return blob;
}

}  // namespace tram
