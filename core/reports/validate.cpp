#include "core/reports/validate.h"

#include <algorithm>

#include "core/reports/validate_parts.h"

namespace tram {

void Validation::add_error(std::string field, std::string rule, Words words) {
  Finding finding;
  finding.fields = {field};
  finding.field = std::move(field);
  finding.rule = std::move(rule);
  finding.message_vi = std::move(words.vi);
  finding.message_en = std::move(words.en);
  findings.push_back(std::move(finding));
}

void Validation::add_warning(std::vector<std::string> fields, std::string rule, Words words) {
  add_error(fields.empty() ? "" : fields.front(), std::move(rule), std::move(words));
  Finding& finding = findings.back();
  finding.warning = true;
  finding.remarked =
      std::any_of(fields.begin(), fields.end(), [&](const std::string& path) { return has_remark(path); });
  finding.fields = std::move(fields);
}

bool Validation::has_remark(std::string_view path) const {
  const auto* remark = json::object_at(part("remarks"), path);
  return remark != nullptr && !json::string_at(*remark, "text").value_or("").empty();
}

bool Validation::is_asked(const FormSection& section, const FormField& field) const {
  if (field.writer == Writer::program) return false;
  const bool of_province = section.asked_of_province || field.writer == Writer::province;
  return !of_province || context.by_province;
}

json::Value Finding::to_json() const {
  return {{"level", warning ? "warning" : "error"},
          {"field", field},
          {"fields", fields},
          {"rule", rule},
          {"message_vi", message_vi},
          {"message_en", message_en},
          {"remarked", remarked}};
}

std::vector<Finding> validate(const Form& form, const json::Value& body, const ValidationContext& context) {
  Validation v{form, body, context, json::string_at(body, "type") == "submission", false, {}, {}};
  if (!check_shape(v)) return std::move(v.findings);
  check_schema(v);
  v.figures =
      complete(form, body, context.around.period, context.around.window, context.by_province && !v.is_submission);
  check_required(v);
  check_references(v);
  check_row_keys(v);
  check_rules(v);
  check_computed(v);
  return std::move(v.findings);
}

bool may_be_submitted(const std::vector<Finding>& findings) {
  return std::none_of(findings.begin(), findings.end(), [](const Finding& f) { return f.blocks(); });
}

namespace {

std::string summary(const std::vector<Finding>& findings, std::string Finding::*message,
                    std::string_view remark_missing) {
  std::string text;
  for (const Finding& finding : findings) {
    if (!finding.blocks()) continue;
    if (!text.empty()) text += '\n';
    text += (finding.field.empty() ? "" : finding.field + ": ") + finding.*message;
    if (finding.warning) text += std::string(remark_missing);
  }
  return text;
}

}  // namespace

std::string summary_vi(const std::vector<Finding>& findings) {
  return summary(findings, &Finding::message_vi, " (cần ghi chú giải thích)");
}

std::string summary_en(const std::vector<Finding>& findings) {
  return summary(findings, &Finding::message_en, " (needs a remark)");
}

}  // namespace tram
