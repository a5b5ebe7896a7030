#include "server/overtaken.h"

#include "core/reports/report.h"
#include "server/figure_tables.h"

namespace tram {
namespace {

std::string kept_text(const json::Value& object, const char* name) {
  return json::string_at(object, name).value_or("");
}

json::Value reason(std::string_view code, const std::string& office, const std::string& report, const std::string& was,
                   const std::string& now, const std::string& vi, const std::string& en) {
  return {{"code", code},          {"office", office}, {"report", report}, {"submission_was", was},
          {"submission_now", now}, {"message_vi", vi}, {"message_en", en}};
}

class Staleness {
 public:
  Staleness(Province& province, const ReferenceData& reference) : province_(province), reference_(reference) {}

  Result<json::Value> reasons(const json::Value& run) {
    reasons_ = json::Value::array();
    // As of a moment in the past: nothing that came later was meant to be in it.
    if (run.contains("as_of")) return reasons_;
    const std::string code = kept_text(run.at("result"), "form");
    const Form* form = reference_.form_for(code, kept_text(run.at("result"), "period"));
    if (form == nullptr || kept_text(run, "form_revision") != revision_of(reference_, *form)) {
      reasons_.push_back(reason("form", "", "", "", "", "Biểu mẫu đã thay đổi.", "The form has changed."));
      if (form == nullptr) return reasons_;
    }
    for (const json::Value& part : run.at("parts")) RETURN_IF_ERROR(compare(*form, part));
    return reasons_;
  }

 private:
  Status compare(const Form& form, const json::Value& part) {
    ASSIGN_OR_RETURN(const Period period, parse_period(kept_text(part, "period")));
    ASSIGN_OR_RETURN(const Window window, reference_.window(form, period));
    if (window.start.text() != kept_text(part, "start") || window.end.text() != kept_text(part, "end"))
      reasons_.push_back(reason("window", "", "", "", "", "Thời gian chốt số liệu đã thay đổi.",
                                "The days of the period have changed."));
    ASSIGN_OR_RETURN(const auto kept, province_.figures().rows(reference_, form, period));
    if (!kept) {
      reasons_.push_back(reason("form", "", "", "", "", "Biểu mẫu đã thay đổi.", "The form has changed."));
      return {};
    }
    std::map<std::string, const json::Value*> was;
    for (const json::Value& input : part.at("inputs")) was[kept_text(input, "office")] = &input;
    const Campaign* campaign = reference_.campaign(form.code, period.id);
    const std::string report = report_id(form.code, period.id);
    for (const FigureTables::Row& row : *kept) {
      const auto found = was.find(row.office);
      if (found != was.end()) {
        compare_input(*found->second, row, report);
        was.erase(found);
      } else if (row.official && (campaign == nullptr || campaign->expects(row.office))) {
        add("approved_later", row.office, report, "", row.official->source, "được duyệt sau khi tổng hợp",
            "was approved later");
      }
    }
    for (const auto& [office, input] : was)
      add("reopened", office, report, kept_text(*input, "submission"), "", "không còn ở tỉnh", "is not held any more");
    return {};
  }

  void compare_input(const json::Value& input, const FigureTables::Row& row, const std::string& report) {
    const std::string source = kept_text(input, "submission");
    const std::string corrections = input.contains("corrections") ? json::print(input.at("corrections")) : "";
    const json::Value& unit = input.at("unit");
    if (!row.official) {
      add("reopened", row.office, report, source, row.preview ? row.preview->source : "",
          "đã được mở khóa hoặc trả lại", "was reopened or returned");
    } else if (row.official->source != source) {
      add("corrected", row.office, report, source, row.official->source, "có bản mới đã duyệt",
          "has a newer approved version");
    } else if (row.official->corrections != corrections) {
      add("corrected", row.office, report, source, source, "đã được đính chính", "was corrected");
    } else if (row.preview && row.preview->source != source) {
      add("submitted_again", row.office, report, source, row.preview->source, "có bản gửi mới hơn",
          "was submitted again");
    } else if (row.official->order != json::integer_at(unit, "order").value_or(0) ||
               row.official->unit_name != kept_text(unit, "name_vi")) {
      add("units", row.office, report, source, source, "đổi thứ tự hoặc tên đơn vị",
          "its unit has another place or name");
    }
  }

  void add(std::string_view code, const std::string& office, const std::string& report, const std::string& was,
           const std::string& now, const std::string& vi, const std::string& en) {
    reasons_.push_back(reason(code, office, report, was, now, "Báo cáo " + report + " của " + office + " " + vi + ".",
                              "The report " + report + " of " + office + " " + en + "."));
  }

  Province& province_;
  const ReferenceData& reference_;
  json::Value reasons_;
};

}  // namespace

std::string revision_of(const ReferenceData& reference, const Form& form) {
  const auto found = reference.form_revisions.find({form.code, form.version});
  return found == reference.form_revisions.end() ? "" : found->second;
}

Result<json::Value> overtaken_by(Province& province, const ReferenceData& reference, const json::Value& run) {
  return Staleness(province, reference).reasons(run);
}

}  // namespace tram
