#include "agent/attachments.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "core/base/text.h"
#include "http/message.h"
#include "sync/expand.h"
#include "sync/given.h"

namespace tram::agent {
namespace {

constexpr std::size_t kFileBlock = 256 << 10;

std::string type_of(const std::string& name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kTypes = {
      {{".pdf", "application/pdf"},
       {".jpg", "image/jpeg"},
       {".jpeg", "image/jpeg"},
       {".png", "image/png"},
       {".heic", "image/heic"},
       {".tif", "image/tiff"},
       {".tiff", "image/tiff"},
       {".txt", "text/plain"},
       {".csv", "text/csv"},
       {".zip", "application/zip"},
       {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
       {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
       {".odt", "application/vnd.oasis.opendocument.text"}}};
  std::string extension = std::filesystem::path(name).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  for (const auto& [ending, type] : kTypes) {
    if (extension == ending) return std::string(type);
  }
  return "application/octet-stream";
}

Error cannot_read(const std::string& file) {
  Error unreadable = error(ErrorCode::not_found, "cannot read the file " + file);
  unreadable.message_vi = "Không đọc được tệp " + file;
  return unreadable;
}

Result<BlobPtr> take_in(Office& office, const std::string& file) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(file, failed)) return cannot_read(file);
  std::ifstream in(file, std::ios::binary);
  if (!in) return cannot_read(file);
  BlobWriter writer(office.own().blobs());
  std::string block(kFileBlock, '\0');
  while (in) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    if (in.bad()) return cannot_read(file);
    RETURN_IF_ERROR(writer.add(std::string_view(block).substr(0, static_cast<std::size_t>(in.gcount()))));
  }
  return writer.finish();
}

Result<Attachment> find_attachment(Office& office, std::string_view id, std::string_view name) {
  ASSIGN_OR_RETURN(const Report report, read_report(office, id));
  for (const Attachment& attachment : report.attachments) {
    if (attachment.name == name) return attachment;
  }
  return error(ErrorCode::not_found, std::string(id) + " has no attachment " + std::string(name) +
                                         "; see them with: tram-agent report attachments " + std::string(id));
}

}  // namespace

namespace {

Result<RevisionId> attach_blob(Office& office, std::string_view id, const BlobPtr& blob, const std::string& name,
                               const std::string& type, const Author& author) {
  return rewrite_report(office, id, author, [&](Report& report, Transaction& transaction) -> Status {
    RETURN_IF_ERROR(transaction.bring(*blob));
    std::erase_if(report.attachments, [&](const Attachment& one) { return one.name == name; });
    if (report.attachments.size() >= kOfficeAttachmentsMax) {
      return error(ErrorCode::bad_request,
                   "a report has at most " + std::to_string(kOfficeAttachmentsMax) + " attachments", "too_many");
    }
    report.attachments.push_back({name, type, blob->sha256, blob->digest, blob->length, 0});
    return {};
  });
}

}  // namespace

Result<RevisionId> attach_file(Office& office, std::string_view id, const std::string& file, std::string name,
                               std::string type, const Author& author) {
  if (name.empty()) name = nfc(std::filesystem::path(file).filename().string());
  if (type.empty()) type = type_of(name);
  RETURN_IF_ERROR(check_attachment_name(name));
  RETURN_IF_ERROR(read_report(office, id));  // before the file is read
  ASSIGN_OR_RETURN(const BlobPtr blob, take_in(office, file));
  return attach_blob(office, id, blob, name, type, author);
}

Result<RevisionId> attach_bytes(Office& office, std::string_view id, const http::Request& request,
                                const std::string& given_name, const Author& author) {
  const std::string name = nfc(given_name);
  RETURN_IF_ERROR(check_attachment_name(name));
  RETURN_IF_ERROR(read_report(office, id));
  BlobWriter writer(office.own().blobs());
  for (std::uint64_t at = 0; at < request.body_size();) {
    ASSIGN_OR_RETURN(const std::string part, request.body_part(at, kFileBlock));
    if (part.empty()) break;
    RETURN_IF_ERROR(writer.add(part));
    at += part.size();
  }
  ASSIGN_OR_RETURN(const BlobPtr blob, writer.finish());
  return attach_blob(office, id, blob, name, type_of(name), author);
}

Result<RevisionId> detach_file(Office& office, std::string_view id, std::string_view name, const Author& author) {
  return rewrite_report(office, id, author, [&](Report& report, Transaction&) -> Status {
    const auto gone = std::erase_if(report.attachments, [&](const Attachment& one) { return one.name == name; });
    if (gone > 0) return {};
    return error(ErrorCode::not_found, std::string(id) + " has no attachment " + std::string(name));
  });
}

Result<json::Value> list_attachments(Office& office, std::string_view id) {
  ASSIGN_OR_RETURN(Report report, read_report(office, id));
  std::sort(report.attachments.begin(), report.attachments.end(),
            [](const Attachment& a, const Attachment& b) { return a.name < b.name; });
  json::Value all = json::Value::array();
  for (const Attachment& one : report.attachments) {
    all.push_back({{"name", one.name},
                   {"content_type", one.content_type},
                   {"length", one.length},
                   {"sha256", one.sha256},
                   {"revpos", one.revpos}});
  }
  return all;
}

std::string attachments_listing(const json::Value& attachments) {
  std::string text;
  for (const json::Value& one : attachments) {
    text += json::string_at(one, "name").value_or("") + "  " +
            std::to_string(json::integer_at(one, "length").value_or(0)) + " B  " +
            json::string_at(one, "content_type").value_or("") + "\n";
  }
  return text.empty() ? "Không có tệp đính kèm (no attachments)\n" : text;
}

http::Response download_attachment(Office& office, std::string_view id, std::string_view name) {
  const auto attachment = find_attachment(office, id, name);
  if (!attachment) return http::error_response(attachment.error());
  auto found = office.own().blob(attachment->sha256);
  if (!found) return http::error_response(found.error());
  if (!*found) return http::error_response(404, "not_found", "the bytes of this attachment are gone; run verify");
  http::Response response{200,
                          {{"Content-Type", attachment->content_type},
                           {"Content-Length", std::to_string(attachment->length)},
                           {"Content-Disposition", "attachment"},
                           {"Content-Security-Policy", "sandbox; default-src 'none'"},
                           {"X-Content-Type-Options", "nosniff"}}};
  response.stream = blob_stream(std::move((*found)->bytes), attachment->sha256, 0, attachment->length);
  return response;
}

}  // namespace tram::agent
