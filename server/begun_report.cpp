#include "server/begun_report.h"

#include <algorithm>

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

// The next value is this string, spelt without escapes.
bool is_next(json::Reader& reader, std::string_view wanted) {
  std::string_view text = reader.skip();
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text.size() == wanted.size() + 2 && text.front() == '"' && text.substr(1, wanted.size()) == wanted;
}

bool is_own_unit(json::Reader& reader, const OfficeFacts& office) {
  bool right = office.unit.empty();
  if (!reader.enter_object()) return false;
  while (const auto name = reader.next_member()) {
    if (*name == "code" && !office.unit.empty()) {
      right = is_next(reader, office.unit);
    } else {
      reader.skip();
    }
  }
  return right;
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
  json::Reader reader = json::Reader::of_checked(document.body);
  if (!reader.enter_object()) return false;
  int named = 0;  // of type, form, period and office
  std::optional<std::int64_t> version;
  while (const auto name = reader.next_member()) {
    if (*name == "type") {
      named += is_next(reader, "report") ? 1 : 0;
    } else if (*name == "form") {
      named += is_next(reader, form_code) ? 1 : 0;
    } else if (*name == "period") {
      named += is_next(reader, period_id) ? 1 : 0;
    } else if (*name == "office") {
      named += is_next(reader, office.slug) ? 1 : 0;
    } else if (*name == "form_version") {
      version = reader.integer();
    } else if (*name == "unit") {
      if (!is_own_unit(reader, office)) return false;
    } else if (*name == "review" || *name == "corrections") {
      return false;
    } else {
      reader.skip();
    }
  }
  if (!reader.ok() || named != 4 || version.value_or(0) <= 0 || *version > INT32_MAX) return false;
  const Form* form = reference.form(form_code, static_cast<int>(*version));
  if (form == nullptr || province_writes(*form)) return false;
  const auto period = parse_period(period_id);
  return period && form->allows(period->kind);
}

}  // namespace tram
