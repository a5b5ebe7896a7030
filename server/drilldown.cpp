#include "server/drilldown.h"

#include "core/reports/report.h"
#include "server/consolidate_run.h"
#include "sync/history.h"

namespace tram {
namespace {

Result<std::shared_ptr<Database>> office_store(Province& province, const std::string& slug) {
  if (!province.registry().office(slug)) return error(ErrorCode::not_found, "there is no office " + slug);
  return province.databases().open(office_database(slug));
}

const Contribution* source_of(const Run& run, const Figure::Input& input) {
  for (const RunPart& part : run.parts) {
    for (const auto* list : {&part.inputs, &part.carried}) {
      for (const Contribution& one : *list) {
        if (one.office == input.office && one.period.id == input.period) return &one;
      }
    }
  }
  return nullptr;
}

json::Value input_line(Province& province, const Run& run, const Figure::Input& input) {
  const auto office = province.registry().office(input.office);
  json::Value line = {{"office", input.office}, {"name", office ? office->name : ""}, {"period", input.period},
                      {"value", input.value},   {"corrected", input.corrected},       {"carried", input.carried}};
  if (input.office.empty()) return line;  // a shorter period, to be opened itself
  line["report"] = report_id(run.form->code, input.period);
  if (const Contribution* source = source_of(run, input)) line["submission"] = source->source;
  return line;
}

Result<json::Value> open_rows(const Run& run, const std::string& field) {
  const auto slash = field.find('/');
  const std::string section = field.substr(0, slash), name = field.substr(slash + 1);
  const auto found = run.result.rows.find(section);
  const FormSection* of = run.form->rows_section(section);
  if (found == run.result.rows.end() || of == nullptr || of->field(name) == nullptr)
    return error(ErrorCode::not_found, "the consolidated report has no rows with " + field);
  json::Value rows = json::Value::array();
  for (const UnitedRow& row : found->second) {
    json::Value sources = json::Value::array();
    for (const UnitedRow::Source& source : row.sources) {
      sources.push_back({{"office", source.office},
                         {"period", source.period},
                         {"row", source.row},
                         {"report", report_id(run.form->code, source.period)}});
    }
    const auto value = row.fields.find(name);
    rows.push_back({{"row", row.id},
                    {"value", value == row.fields.end() ? json::Value() : *value},
                    {"sources", std::move(sources)}});
  }
  return json::Value{{"form", run.form->code}, {"period", run.period.id}, {"field", field}, {"rows", std::move(rows)}};
}

}  // namespace

Result<json::Value> open_figure(Province& province, const RunRequest& request, const std::string& field) {
  ASSIGN_OR_RETURN(const Run run, run_consolidation(province, request));
  if (field.find('/') != std::string::npos) return open_rows(run, field);
  const auto found = run.result.values.find(field);
  const FormField* of = run.form->field(field);
  if (found == run.result.values.end() || of == nullptr)
    return error(ErrorCode::not_found, "the consolidated report has no field " + field);
  const Figure& figure = found->second;
  json::Value inputs = json::Value::array();
  for (const Figure::Input& input : figure.inputs) inputs.push_back(input_line(province, run, input));
  return json::Value{{"form", run.form->code},
                     {"period", run.period.id},
                     {"field", field},
                     {"label_vi", of->label_vi},
                     {"label_en", of->label_en},
                     {"value", figure.value},
                     {"n_reported", figure.n_reported},
                     {"n_expected", figure.n_expected},
                     {"n_carried", figure.n_carried},
                     {"approx", figure.approx},
                     {"across_units", name_of(of->across_units)},
                     {"across_time", name_of(of->across_time)},
                     {"from", figure.from},
                     {"inputs", std::move(inputs)},
                     {"missing", run.missing}};
}

Result<json::Value> office_history(Province& province, const std::string& slug, const std::string& id) {
  ASSIGN_OR_RETURN(const auto database, office_store(province, slug));
  return history_of(*database->store, id);
}

Result<json::Value> office_document(Province& province, const std::string& slug, const std::string& id) {
  ASSIGN_OR_RETURN(const auto database, office_store(province, slug));
  std::optional<Document> held;
  RETURN_IF_ERROR(database->store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(held, snapshot.winner(id));
    return {};
  }));
  if (!held) return error(ErrorCode::not_found, "office " + slug + " has no document " + id);
  ASSIGN_OR_RETURN(json::Value body, json::parse_object(held->body));
  body["_id"] = id;
  body["_rev"] = held->rev.text();
  return body;
}

}  // namespace tram
