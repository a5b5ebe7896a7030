#include <algorithm>
#include <array>

#include "core/reports/form_check.h"

namespace tram {
namespace {

Error malformed_form(std::string what) { return error(ErrorCode::bad_request, std::move(what)); }

std::string text_at(const json::Value& object, std::string_view name) {
  return json::string_at(object, name).value_or("");
}

bool is_identifier(std::string_view id) {
  if (id.empty() || id.size() > 64 || id[0] < 'a' || id[0] > 'z') return false;
  return std::all_of(id.begin(), id.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

Result<Combine> combine_at(const json::Value& object, std::string_view key, Combine absent) {
  const auto name = json::string_at(object, key);
  if (!name) return absent;
  for (int i = 0; i <= static_cast<int>(Combine::collate); ++i) {
    if (name_of(static_cast<Combine>(i)) == *name) return static_cast<Combine>(i);
  }
  return malformed_form(std::string(key) + " '" + *name + "' is not known");
}

Result<Writer> writer_at(const json::Value& field) {
  const std::string name = json::string_at(field, "writer").value_or("office");
  if (name == "office") return Writer::office;
  if (name == "province") return Writer::province;
  if (name == "program") return Writer::program;
  return malformed_form("writer '" + name + "' is not known");
}

Result<Required> required_at(const json::Value& object) {
  const auto name = json::string_at(object, "required");
  if (!name) return Required::no;
  if (*name == "submit") return Required::submit;
  if (*name == "issue") return Required::issue;
  return malformed_form("required '" + *name + "' is not known");
}

Result<std::optional<Expression>> expression_at(const json::Value& object, std::string_view key) {
  const auto text = json::string_at(object, key);
  if (!text) return std::optional<Expression>{};
  auto parsed = Expression::parse(*text);
  if (!parsed) return parsed.error().within(std::string(key));
  return std::optional<Expression>(*std::move(parsed));
}

void read_choices(const json::Value& field, FormField& result) {
  const auto* labels = json::object_at(field, "choices");
  for (const std::string& value : result.schema->choices()) {
    const auto* label = labels == nullptr ? nullptr : json::object_at(*labels, value);
    result.choices.push_back(
        {value, label == nullptr ? value : text_at(*label, "vi"), label == nullptr ? value : text_at(*label, "en")});
  }
}

Result<FormField> load_field(const json::Value& field, bool asked_of_province) {
  FormField result;
  result.id = text_at(field, "id");
  if (!is_identifier(result.id)) return malformed_form("a field needs an id of small letters, digits and _");
  result.label_vi = text_at(field, "label_vi");
  result.label_en = text_at(field, "label_en");
  result.kind = text_at(field, "kind");
  result.unit = text_at(field, "unit");
  const auto* schema = json::object_at(field, "schema");
  if (schema == nullptr) return malformed_form("needs a schema");
  ASSIGN_OR_RETURN(result.schema, Schema::load(*schema));
  if (const auto decimals = json::integer_at(field, "decimals")) {
    if (*decimals < 0 || *decimals > Decimal::kPlaces) return malformed_form("decimals are 0 to 6");
    result.decimals = static_cast<int>(*decimals);
  }
  read_choices(field, result);
  if (const auto* reference = json::object_at(field, "ref")) {
    result.reference = {text_at(*reference, "to"), text_at(*reference, "valid_on"), text_at(*reference, "form"),
                        text_at(*reference, "section")};
  }
  ASSIGN_OR_RETURN(result.writer, writer_at(field));
  ASSIGN_OR_RETURN(result.required, required_at(field));
  ASSIGN_OR_RETURN(result.required_if, expression_at(field, "required_if"));
  ASSIGN_OR_RETURN(result.computed, expression_at(field, "computed"));
  ASSIGN_OR_RETURN(result.computed_if_listed, expression_at(field, "computed_if_listed"));
  if (result.computed)
    result.writer = Writer::program;
  else if (asked_of_province)
    result.writer = Writer::province;
  result.scenario = text_at(field, "scenario");
  result.generated = text_at(field, "generated");
  result.personal = json::boolean_at(field, "personal").value_or(false);
  result.remind_days_before = static_cast<int>(json::integer_at(field, "remind_days_before").value_or(0));
  ASSIGN_OR_RETURN(result.across_units, combine_at(field, "across_units", Combine::none));
  ASSIGN_OR_RETURN(result.across_time, combine_at(field, "across_time", Combine::none));
  return result;
}

Status load_row_settings(const json::Value& section, FormSection& result) {
  ASSIGN_OR_RETURN(const Required required, required_at(section));
  result.required = required == Required::submit;
  result.filled_from = text_at(section, "filled_from");
  result.rows_max = static_cast<std::size_t>(json::integer_at(section, "rows_max").value_or(2000));
  ASSIGN_OR_RETURN(result.across_units, combine_at(section, "across_units", Combine::union_rows));
  ASSIGN_OR_RETURN(result.across_time, combine_at(section, "across_time", Combine::union_rows));
  const auto* keys = json::array_at(section, "row_key");
  if (keys == nullptr) return {};
  for (const auto& alternative : *keys) {
    std::vector<std::string> names;
    for (const auto& name : alternative) {
      if (!name.is_string()) return malformed_form("row_key is a list of lists of fields");
      names.push_back(name.get<std::string>());
    }
    result.row_key.push_back(std::move(names));
  }
  return {};
}

Result<FormSection> load_section(const json::Value& section) {
  FormSection result;
  result.id = text_at(section, "id");
  if (!is_identifier(result.id)) return malformed_form("a section needs an id of small letters, digits and _");
  result.label_vi = text_at(section, "label_vi");
  result.label_en = text_at(section, "label_en");
  const std::string kind = text_at(section, "kind");
  if (kind != "fields" && kind != "rows") return malformed_form("kind '" + kind + "' is not known").within(result.id);
  result.rows = kind == "rows";
  result.asked_of_province = text_at(section, "asked_of") == "province";
  if (result.rows) {
    if (Status read = load_row_settings(section, result); !read) return read.error().within(result.id);
  }
  const auto* fields = json::array_at(section, "fields");
  if (fields == nullptr) return malformed_form("a section needs fields").within(result.id);
  for (const auto& field : *fields) {
    auto loaded = load_field(field, result.asked_of_province);
    if (!loaded) return loaded.error().within(result.id + "/" + text_at(field, "id"));
    result.fields.push_back(*std::move(loaded));
  }
  return result;
}

Result<FormRule> load_rule(const json::Value& rule) {
  FormRule result;
  result.id = text_at(rule, "id");
  result.scope = json::string_at(rule, "scope").value_or("report");
  ASSIGN_OR_RETURN(result.assertion, expression_at(rule, "assert"));
  const std::string level = text_at(rule, "level");
  if (result.id.empty() || !result.assertion) return malformed_form("a rule needs id and assert");
  if (level != "error" && level != "warning") return malformed_form("level '" + level + "' is not known");
  result.warning = level == "warning";
  result.message_vi = text_at(rule, "message_vi");
  result.message_en = text_at(rule, "message_en");
  result.confirm = json::boolean_at(rule, "confirm").value_or(false);
  return result;
}

Status load_head(const json::Value& form, Form& result) {
  if (!is_identifier(result.code)) return malformed_form("a form needs a code of small letters, digits and _");
  result.name = text_at(form, "name");
  result.status = text_at(form, "status");
  result.label_vi = text_at(form, "label_vi");
  result.label_en = text_at(form, "label_en");
  const auto version = json::integer_at(form, "version");
  if (!version || *version < 1 || *version > 1'000'000)
    return malformed_form(result.code + ": version is a number from 1");
  result.version = static_cast<int>(*version);
  const auto cutoff = cutoff_named(json::string_at(form, "cutoff").value_or("ND09"));
  if (!cutoff) return malformed_form(result.code + ": cutoff is not known");
  result.cutoff = *cutoff;
  if (const auto* frequencies = json::array_at(form, "frequencies")) {
    for (const auto& name : *frequencies) {
      const auto kind = name.is_string() ? period_kind(name.get<std::string>()) : std::nullopt;
      if (!kind) return malformed_form(result.code + ": a frequency is not known");
      result.frequencies.push_back(*kind);
    }
  }
  return {};
}

}  // namespace

Result<Form> load_form(const json::Value& form) {
  if (!form.is_object()) return malformed_form("a form is a JSON object");
  Form result;
  result.code = text_at(form, "code");
  RETURN_IF_ERROR(load_head(form, result));
  const auto* sections = json::array_at(form, "sections");
  if (sections == nullptr || sections->empty()) return malformed_form(result.code + ": a form needs sections");
  for (const auto& section : *sections) {
    auto loaded = load_section(section);
    if (!loaded) return loaded.error().within(result.code);
    result.sections.push_back(*std::move(loaded));
  }
  if (const auto* rules = json::array_at(form, "rules")) {
    for (const auto& rule : *rules) {
      auto loaded = load_rule(rule);
      if (!loaded) return loaded.error().within(result.code + " rule " + text_at(rule, "id"));
      result.rules.push_back(*std::move(loaded));
    }
  }
  RETURN_IF_ERROR(check_form(result));
  return result;
}

}  // namespace tram
