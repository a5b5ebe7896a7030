#include "server/begun_report.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "core/reports/period.h"

namespace tram {
namespace {

struct Names {
  std::string_view form, period;
};

Names names_in(std::string_view report_id) {
  constexpr std::string_view kPrefix = "report:";
  if (!report_id.starts_with(kPrefix)) return {};
  const std::string_view rest = report_id.substr(kPrefix.size());
  const auto colon = rest.find(':');
  if (colon == std::string_view::npos) return {};
  return {rest.substr(0, colon), rest.substr(colon + 1)};
}

// The value is this string, spelt without escapes.
bool is_string(std::string_view value, std::string_view wanted) {
  return value.size() == wanted.size() + 2 && value.front() == '"' && value.substr(1, wanted.size()) == wanted;
}

// {"code":"047",...}, as canonical JSON begins: "code" stands in it once.
bool is_own_unit(std::string_view value, const OfficeFacts& office) {
  constexpr std::string_view kBegin = "{\"code\":\"";
  if (office.unit.empty()) return value.starts_with('{');
  if (!value.starts_with(kBegin)) return false;
  const std::string_view rest = value.substr(kBegin.size());
  return rest.starts_with(office.unit) && rest.substr(office.unit.size()).starts_with('"');
}

std::optional<int> version_of(std::string_view value) {
  int version = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), version);
  const bool whole = read.ec == std::errc() && read.ptr == value.data() + value.size();
  return whole && version > 0 ? std::optional(version) : std::nullopt;
}

bool province_writes(const Form& form) {
  const auto by_province = [](const FormField& field) { return field.writer == Writer::province; };
  return std::any_of(form.sections.begin(), form.sections.end(), [&](const FormSection& section) {
    return std::any_of(section.fields.begin(), section.fields.end(), by_province);
  });
}

}  // namespace

bool is_plain_begun_report(const ReferenceData& reference, const OfficeFacts& office, const Document& document) {
  const auto [form_code, period_id] = names_in(document.id);
  if (form_code.empty()) return false;
  int named = 0;  // of type, form, period and office
  std::optional<int> version;
  for (const BodyMember& member : document.members) {
    const std::string_view name = member.name_in(document.body), value = member.value_in(document.body);
    if (name == "type") {
      named += is_string(value, "report") ? 1 : 0;
    } else if (name == "form") {
      named += is_string(value, form_code) ? 1 : 0;
    } else if (name == "period") {
      named += is_string(value, period_id) ? 1 : 0;
    } else if (name == "office") {
      named += is_string(value, office.slug) ? 1 : 0;
    } else if (name == "form_version") {
      version = version_of(value);
    } else if (name == "unit") {
      if (!is_own_unit(value, office)) return false;
    } else if (name == "review" || name == "corrections") {
      return false;
    }
  }
  if (named != 4 || !version) return false;
  const Form* form = reference.form(form_code, *version);
  if (form == nullptr || province_writes(*form)) return false;
  const auto period = parse_period(period_id);
  return period && form->allows(period->kind);
}

}  // namespace tram
