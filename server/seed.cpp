#include "server/seed.h"

#include <algorithm>
#include <array>

#include "core/reports/csv_lines.h"
#include "core/reports/submission.h"
#include "core/reports/unit.h"
#include "core/reports/validate.h"

namespace tram {
namespace {

std::vector<CsvLine> lines_of(std::string_view csv, const std::string& unit) {
  std::vector<CsvLine> lines;
  (void)each_csv_line(csv, [&](int, CsvLine& line) -> Status {
    if (line["loadable"] == "yes" && line["unit_code"] == unit) lines.push_back(std::move(line));
    return {};
  }).ok();
  return lines;
}

constexpr const char* kNotTold = "Văn bản nguồn không nêu";

// One report of the office, from empty to submitted.
class Filling {
 public:
  Filling(Province& province, const ReferenceData& reference, const Form& form, Period period)
      : province_(province), reference_(reference), form_(form), period_(std::move(period)) {}

  Status begin(const Office& office) {
    ASSIGN_OR_RETURN(window_, reference_.window(form_, period_));
    const Unit* unit = reference_.units.find(office.unit, window_.end.text());
    ASSIGN_OR_RETURN(body_, new_report(form_, period_, office.slug, unit == nullptr ? json::Value() : unit->stamp()));
    return {};
  }

  Status set(const CsvLine& line) {
    const std::string& field = line.at("field");
    const std::string& section = line.at("section");
    std::string path = field;
    if (line.at("row").empty()) {
      RETURN_IF_ERROR(set_value(body_, form_, field, line.at("value"), true));
    } else {
      std::string& row = rows_[section + "/" + line.at("row")];
      if (row.empty()) {
        ASSIGN_OR_RETURN(row, add_row(body_, form_, section, province_.random()));
      }
      RETURN_IF_ERROR(set_row_value(body_, form_, section, row, field, line.at("value"), true));
      path = section + "/" + row + "/" + field;
    }
    return line.at("approx") == "yes" ? set_remark(body_, form_, path, "khoảng", true) : Status();
  }

  Status submit(const Office& office, bool department) {
    RETURN_IF_ERROR(answer_the_rest(department));
    const Submission frozen = make_submission(form_, body_, period_, window_);
    const std::string at = vietnam_text(province_.clock().wall_ms());
    mark_submitted(body_, frozen, "seed", at);
    stamp_edit(body_, "seed", "tram-server", at, "trusted");
    ASSIGN_OR_RETURN(const auto database, province_.databases().open(office_database(office.slug)));
    const std::array edits = {Edit{frozen.id, {}, false, json::print(frozen.body)},
                              Edit{report_id(form_.code, period_.id), {}, false, json::print(body_)}};
    ASSIGN_OR_RETURN(const auto written, database->peer.edit(edits, true));
    for (const auto& one : written) RETURN_IF_ERROR(one);
    return database->peer.settle();
  }

 private:
  // "No figure", with a remark, for whatever is asked; a remark for whatever is doubtful.
  Status answer_the_rest(bool department) {
    ValidationContext context;
    context.around.period = period_;
    context.around.window = window_;
    context.units = &reference_.units;
    context.by_province = department;
    for (int round = 0; round < 5; ++round) {
      const auto findings = validate(form_, body_, context);
      if (may_be_submitted(findings)) return {};
      for (const Finding& finding : findings) {
        if (finding.blocks()) RETURN_IF_ERROR(answer(finding));
      }
    }
    return error(ErrorCode::bad_request,
                 form_.code + " " + period_.id + ": " + summary_en(validate(form_, body_, context)));
  }

  Status answer(const Finding& finding) {
    if (finding.warning) return set_remark(body_, form_, finding.fields.front(), kNotTold);
    if (finding.rule != "required")
      return error(ErrorCode::bad_request,
                   form_.code + " " + period_.id + " " + finding.field + ": " + finding.message_en);
    if (form_.rows_section(finding.field) != nullptr) return set_section_touched(body_, form_, finding.field, true);
    const auto parts = FieldPath::parse(finding.field);
    if (!parts) return error(ErrorCode::bad_request, "no field is at " + finding.field);
    if (parts->section.empty()) {
      RETURN_IF_ERROR(set_value(body_, form_, finding.field, "null", true));
    } else {
      RETURN_IF_ERROR(set_row_value(body_, form_, parts->section, parts->row, parts->field, "null", true));
    }
    return set_remark(body_, form_, finding.field, kNotTold);
  }

  Province& province_;
  const ReferenceData& reference_;
  const Form& form_;
  const Period period_;
  Window window_;
  json::Value body_;
  std::map<std::string, std::string> rows_;  // section/row of the data -> id of the row
};

Result<Office> office_of(Province& province, const ReferenceData& reference, const std::string& unit) {
  const Unit* known = reference.units.newest(unit);
  if (known == nullptr) return error(ErrorCode::not_found, "there is no unit " + unit);
  const std::string above = known->level <= 1 ? unit : reference.units.province_of(unit, known->valid_to);
  const std::string slug = default_slug(above, unit);
  if (!province.registry().office(slug)) RETURN_IF_ERROR(province.add_office(slug, known->name_vi, unit));
  return *province.registry().office(slug);
}

}  // namespace

std::vector<json::Value> published_figures(std::string_view csv, const std::string& unit) {
  std::vector<json::Value> lines;
  for (const CsvLine& line : lines_of(csv, unit)) lines.emplace_back(line);
  return lines;
}

Result<json::Value> seed_figures(Province& province, std::string_view csv, const std::string& unit) {
  const std::vector<CsvLine> lines = lines_of(csv, unit);
  if (lines.empty()) return error(ErrorCode::not_found, "no published figure of unit " + unit + " may be loaded");
  ASSIGN_OR_RETURN(const auto reference, province.reference().get());
  ASSIGN_OR_RETURN(const Office office, office_of(province, *reference, unit));
  ASSIGN_OR_RETURN(const auto database, province.databases().open(office_database(office.slug)));
  std::map<std::pair<std::string, std::string>, std::vector<const CsvLine*>> reports;
  for (const CsvLine& line : lines) reports[{line.at("form"), line.at("demo_period")}].push_back(&line);
  json::Value made = json::Value::array();
  for (const auto& [which, of_report] : reports) {
    const std::string id = report_id(which.first, which.second);
    made.push_back(id);
    std::optional<Document> held;
    RETURN_IF_ERROR(database->store->read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(held, snapshot.winner(id));
      return {};
    }));
    if (held) continue;
    const Form* form = reference->form_for(which.first, which.second);
    if (form == nullptr) return error(ErrorCode::not_found, "the province has no form " + which.first);
    ASSIGN_OR_RETURN(Period period, parse_period(which.second));
    Filling filling(province, *reference, *form, std::move(period));
    RETURN_IF_ERROR(filling.begin(office));
    for (const CsvLine* line : of_report) {
      if (auto set = filling.set(*line); !set) return set.error().within("line " + line->at("id"));
    }
    RETURN_IF_ERROR(filling.submit(office, province.facts_of(office).department));
  }
  return json::Value{{"office", office.slug}, {"reports", std::move(made)}, {"lines", lines.size()}};
}

}  // namespace tram
