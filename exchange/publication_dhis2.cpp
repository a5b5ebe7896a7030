// DHIS2 Web API, data values (dataValueSets): identifiers are codes, values are texts.
#include <algorithm>

#include "exchange/csv.h"
#include "exchange/publication.h"

namespace tram {
namespace {

std::string capitals(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

struct DataValue {
  std::string element, value, comment;
};

Result<std::vector<DataValue>> values_of(const Publication& publication) {
  const Period& period = publication.period;
  const bool unknown = period.kind == PeriodKind::ninemonthly || period.kind == PeriodKind::stage;
  if (unknown || period.scenario != Scenario::actual) {
    return error(ErrorCode::unsupported, "DHIS2 has no period " + period.id + "; use csv or json");
  }
  std::vector<DataValue> values;
  for (const PublishedGroup& group : publication.groups) {
    for (const PublishedFigure& figure : group.figures) {
      const bool single = !figure.value.is_null() && !figure.value.is_array() && !figure.value.is_object();
      if (!figure.answered || !single || figure.field->kind == "longtext") continue;
      std::string comment = figure.approx ? "khoảng" : "";
      if (!figure.remark.empty()) comment += (comment.empty() ? "" : "; ") + figure.remark;
      values.push_back({capitals(publication.form->code + "_" + figure.field->id),
                        figure.value.is_string() ? figure.value.get<std::string>() : json::print(figure.value),
                        std::move(comment)});
    }
  }
  return values;
}

}  // namespace

Result<std::string> publication_dhis2(const Publication& publication) {
  ASSIGN_OR_RETURN(const auto values, values_of(publication));
  json::Value set = {{"dataSet", capitals(publication.form->code)},
                     {"period", publication.period.id},
                     {"orgUnit", publication.org_unit},
                     {"dataElementIdScheme", "code"},
                     {"orgUnitIdScheme", "code"},
                     {"dataSetIdScheme", "code"},
                     {"dataValues", json::Value::array()}};
  if (!publication.complete_day.empty()) set["completeDate"] = publication.complete_day;
  for (const DataValue& value : values) {
    json::Value item = {{"dataElement", value.element}, {"value", value.value}};
    if (!value.comment.empty()) item["comment"] = value.comment;
    set["dataValues"].push_back(std::move(item));
  }
  return json::print(set) + "\n";
}

Result<std::string> publication_dhis2_csv(const Publication& publication) {
  ASSIGN_OR_RETURN(const auto values, values_of(publication));
  std::string text = csv_line({"dataelement", "period", "orgunit", "catoptcombo", "attroptcombo", "value", "storedby",
                               "lastupdated", "comment", "followup"},
                              ',');
  for (const DataValue& value : values) {
    text += csv_line({value.element, publication.period.id, publication.org_unit, "", "", value.value, "", "",
                      value.comment, "false"},
                     ',');
  }
  return text;
}

std::string dhis2_note(const Publication& publication) {
  const auto calendar = window_of(publication.period, Cutoff::calendar);
  if (!calendar || *calendar == publication.window) return "";
  const auto days = [](const Window& window) { return window.start.text() + " – " + window.end.text(); };
  return "kỳ " + publication.period.id + " ở đây là " + days(publication.window) + ", ở DHIS2 là " + days(*calendar) +
         " / period " + publication.period.id + " covers " + days(publication.window) + " here and " + days(*calendar) +
         " in DHIS2";
}

}  // namespace tram
