#include <algorithm>

#include "core/base/json.h"
#include "core/records/document.h"

namespace tram {
namespace {

// The members between the braces of an object's text, or nothing.
std::string_view members_of(std::string_view object) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t open = object.find('{');
  const std::size_t close = object.rfind('}');
  if (open == std::string_view::npos || close == std::string_view::npos || close <= open) return {};
  const std::string_view inside = object.substr(open + 1, close - open - 1);
  return inside.find_first_not_of(kSpace) == std::string_view::npos ? std::string_view() : inside;
}

void append_attachments(std::string& out, const std::vector<Attachment>& attachments, const DocumentParts& parts) {
  const DocumentParts::Data& data = parts.data;
  std::vector<const Attachment*> sorted;
  sorted.reserve(attachments.size());
  for (const Attachment& attachment : attachments) sorted.push_back(&attachment);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  char separator = '{';
  for (const Attachment* attachment : sorted) {
    out += separator;
    separator = ',';
    json::print_string(out, attachment->name);
    out += ":{\"content_type\":";
    json::print_string(out, attachment->content_type);
    out += ",\"digest\":";
    json::print_string(out, attachment->digest);
    const bool has_data = data.applies_to(*attachment);
    if (has_data && data.form == DocumentParts::Data::Form::base64) {
      out += ",\"revpos\":" + std::to_string(attachment->revpos) + ",\"data\":\"";
      out.append(1, kDataMark).append(attachment->sha256).append(1, kDataMark) += "\"}";
      continue;
    }
    out += ",\"length\":" + std::to_string(attachment->length) + ",\"revpos\":" + std::to_string(attachment->revpos);
    if (parts.sha256) out += ",\"sha256\":\"" + attachment->sha256 + '"';
    out += has_data ? ",\"follows\":true}" : ",\"stub\":true}";
  }
  out += '}';
}

Result<Attachment> parse_attachment(const std::string& name, const json::Value& value) {
  const auto type = json::string_at(value, "content_type");
  const auto digest = json::string_at(value, "digest");
  const auto sha256 = json::string_at(value, "sha256");
  const auto length = json::integer_at(value, "length");
  const auto revpos = json::integer_at(value, "revpos");
  if (!type || !digest || !sha256 || !length || *length < 0 || !revpos || *revpos < 0) {
    return error(ErrorCode::bad_request, "The attachment " + name + " lacks a member that it must have.");
  }
  return Attachment{
      name, *type, *sha256, *digest, static_cast<std::uint64_t>(*length), static_cast<std::uint64_t>(*revpos)};
}

std::uint64_t count_at(const json::Value& value, std::string_view name) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, json::integer_at(value, name).value_or(0)));
}

}  // namespace

Result<std::vector<Attachment>> parse_stubs(std::string_view text) {
  ASSIGN_OR_RETURN(const json::Value object, json::parse_object(text));
  std::vector<Attachment> attachments;
  for (const auto& [name, value] : object.items()) {
    if (!value.is_object()) return error(ErrorCode::bad_request, "An attachment is an object.");
    attachments.push_back({name, json::string_at(value, "content_type").value_or("application/octet-stream"),
                           json::string_at(value, "sha256").value_or(""), json::string_at(value, "digest").value_or(""),
                           count_at(value, "length"), count_at(value, "revpos")});
  }
  return attachments;
}

void write_document(std::string& out, const Document& document, const DocumentParts& parts) {
  out.reserve(out.size() + document.body.size() + document.id.size() + document.rev.sig.size() + 64);
  out += "{\"_id\":";
  json::print_string(out, document.id);
  out += ",\"_rev\":";
  json::print_string(out, document.rev.text());
  if (document.deleted) out += ",\"_deleted\":true";
  if (parts.revisions) {
    out += ",\"_revisions\":{\"start\":";
    out += std::to_string(document.rev.generation);
    out += ",\"ids\":[";
    if (document.path.empty()) json::print_string(out, document.rev.sig);
    for (std::size_t i = 0; i < document.path.size(); ++i) {
      if (i > 0) out += ',';
      json::print_string(out, document.path[i]);
    }
    out += "]}";
  }
  if (!document.attachments.empty()) {
    out += ",\"_attachments\":";
    append_attachments(out, document.attachments, parts);
  }
  if (const std::string_view members = members_of(document.body); !members.empty()) {
    out += ',';
    out += members;
  }
  out += '}';
}

std::string attachments_text(const std::vector<Attachment>& attachments) {
  std::string out;
  if (!attachments.empty()) append_attachments(out, attachments, {.sha256 = true});
  return out;
}

Result<std::vector<Attachment>> parse_attachments(std::string_view text) {
  std::vector<Attachment> attachments;
  if (text.empty()) return attachments;
  ASSIGN_OR_RETURN(const json::Value object, json::parse_object(text));
  for (const auto& [name, value] : object.items()) {
    ASSIGN_OR_RETURN(Attachment attachment, parse_attachment(name, value));
    attachments.push_back(std::move(attachment));
  }
  return attachments;
}

}  // namespace tram
