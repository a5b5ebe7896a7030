#include "agent/report_files.h"

#include "agent/context.h"
#include "agent/report_view.h"
#include "exchange/publication.h"

namespace tram::agent {
namespace {

Error refused(ErrorCode code, std::string name, std::string en, std::string vi) {
  Error result = error(code, std::move(en), std::move(name));
  result.message_vi = std::move(vi);
  return result;
}

// What a publication points to, beside itself.
struct Shown {
  FormPtr form;
  json::Value body;
  std::string base, state;
  Period period;
  Window window;

  Publication publication() const {
    return publish_report(*form, body, complete(*form, body, period, window), period, window, base, state);
  }
};

Status fill_shown(Office& office, Shown& shown) {
  ASSIGN_OR_RETURN(shown.period, parse_period(json::string_at(shown.body, "period").value_or("")));
  ASSIGN_OR_RETURN(const auto campaign, office.reference().campaign(shown.form->code, shown.period.id));
  ASSIGN_OR_RETURN(shown.window,
                   window_of(shown.period, shown.form->cutoff, campaign ? campaign->window : std::nullopt));
  return fill_rows(office, *shown.form, shown.window, shown.body);
}

Result<Shown> shown_report(Office& office, std::string_view id) {
  ASSIGN_OR_RETURN(Report report, read_report(office, id));
  if (!report.form) {
    return error(ErrorCode::not_found, "the form of " + std::string(id) + " has not come yet; run: tram-agent sync");
  }
  Shown shown{report.form, std::move(report.body), report.rev.text(), std::string(label_vi(report.state.state)), {},
              {}};
  RETURN_IF_ERROR(fill_shown(office, shown));
  return shown;
}

Result<ReportFile> file_of(const Publication& publication, const FileFormat& format) {
  if (format.name == "csv") {
    return ReportFile{publication_csv(publication, format.separator), "text/csv; charset=utf-8", ""};
  }
  if (format.name == "html") return ReportFile{publication_html(publication), "text/html; charset=utf-8", ""};
  if (format.name == "dhis2") {
    ASSIGN_OR_RETURN(std::string text, publication_dhis2(publication));
    return ReportFile{std::move(text), "application/json", dhis2_note(publication)};
  }
  if (format.name == "dhis2-csv") {
    ASSIGN_OR_RETURN(std::string text, publication_dhis2_csv(publication));
    return ReportFile{std::move(text), "text/csv; charset=utf-8", dhis2_note(publication)};
  }
  if (format.name != "xlsx") return error(ErrorCode::bad_request, "no format is called " + format.name);
  ASSIGN_OR_RETURN(std::string bytes, publication_xlsx(publication));
  return ReportFile{std::move(bytes), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ""};
}

// The report as the file was made from it.
Result<json::Value> base_of(Office& office, const Report& report, const std::string& mark,
                            const ImportRequest& request) {
  if (mark.empty() || mark == report.rev.text()) return report.body;
  const std::string who = json::object_at(report.body, "edit") == nullptr
                              ? ""
                              : json::string_at(*json::object_at(report.body, "edit"), "by").value_or("");
  if (!request.merge) {
    return refused(ErrorCode::conflict, "base_changed",
                   report.record.id + " was changed by " + who +
                       " since this file was made; look at it with --dry-run --merge, or take a new template",
                   "Báo cáo đã được " + who + " sửa sau khi lấy mẫu");
  }
  const auto unknown = [&] {
    return refused(ErrorCode::conflict, "base_unknown",
                   "the version this file was made from is no longer kept; take a new template",
                   "Không còn giữ phiên bản mà tệp này dựa vào; hãy lấy mẫu mới");
  };
  const auto rev = RevisionId::parse(mark);
  if (!rev) return unknown();
  std::optional<Body> body;
  RETURN_IF_ERROR(office.own().read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(body, snapshot.body(report.record, *rev));
    return {};
  }));
  if (!body) return unknown();
  return json::parse_object(body->text);
}

// What an import starts from: the report as it is, or a blank one.
struct Ground {
  FormPtr form;
  json::Value base, current;
  std::string rev;  // empty: there is no report yet
};

Result<Ground> ground_of(Office& office, const ReportKey& key, const std::string& base_mark,
                         const ImportRequest& request) {
  const std::string id = report_id(key.form, key.period);
  auto report = read_report(office, id);
  Ground ground;
  if (!report && report.error().code != ErrorCode::not_found) return report.error();
  ASSIGN_OR_RETURN(json::Value blank, blank_report(office, key.form, key.period));
  if (!report) {
    ground.current = ground.base = std::move(blank);
    ASSIGN_OR_RETURN(ground.form,
                     office.reference().form(
                         key.form, static_cast<int>(json::integer_at(ground.current, "form_version").value_or(0))));
    return ground;
  }
  if (!report->form)
    return error(ErrorCode::not_found, "the form of " + id + " has not come yet; run: tram-agent sync");
  RETURN_IF_ERROR(may_edit(report->state));
  ground.form = report->form;
  ground.rev = report->rev.text();
  ground.current = report->body;
  ASSIGN_OR_RETURN(ground.base, base_of(office, *report, base_mark, request));
  return ground;
}

// What a template of the base shows.
Result<json::Value> shown_values(Office& office, const Ground& ground) {
  Shown shown{ground.form, ground.base, "", "", {}, {}};
  RETURN_IF_ERROR(fill_shown(office, shown));
  return complete(*shown.form, shown.body, shown.period, shown.window).values;
}

Result<ReportKey> key_of(Office& office, const std::map<std::string, std::string, std::less<>>& marks,
                         const ImportRequest& request) {
  const auto mark = [&](std::string_view name) {
    const auto found = marks.find(name);
    return found == marks.end() ? std::string() : found->second;
  };
  const std::string office_mark = mark("office");
  if (!office_mark.empty() && office_mark != office.enrolment().office) {
    return refused(ErrorCode::bad_request, "wrong_office", "this file belongs to the office " + office_mark,
                   "Tệp này của đơn vị " + office_mark);
  }
  std::string id = request.id;
  if (id.empty() && !mark("form").empty()) id = report_id(mark("form"), mark("period"));
  const auto key = parse_report_id(id);
  if (!key) {
    return refused(ErrorCode::bad_request, "id_needed",
                   id.empty() ? "the file does not say which report it is; name it: report import FILE ID"
                              : "'" + id + "' is no report's id",
                   "Chưa rõ tệp này là báo cáo nào; hãy ghi mã báo cáo sau tên tệp");
  }
  const bool other = (!mark("form").empty() && mark("form") != key->form) ||
                     (!mark("period").empty() && mark("period") != key->period);
  if (other) {
    return refused(ErrorCode::bad_request, "wrong_file",
                   "this file was made for " + report_id(mark("form"), mark("period")),
                   "Tệp này được lập cho " + report_id(mark("form"), mark("period")));
  }
  return *key;
}

Error problems_of(const ImportPlan& plan) {
  const ImportProblem& first = plan.problems.front();
  const std::string count = std::to_string(plan.problems.size());
  return refused(ErrorCode::bad_request, "import_problems",
                 "nothing was imported: " + count + " problems, the first at " + first.place + ": " + first.message +
                     "; all of them: --dry-run",
                 "Chưa nhập: " + count + " lỗi, lỗi đầu tại " + first.place + ": " + first.message_vi);
}

}  // namespace

json::Value ImportResult::to_json() const {
  json::Value all = plan.to_json();
  all["id"] = id;
  all["new"] = begins;
  all["rev"] = rev.empty() ? json::Value(nullptr) : json::Value(rev);
  return all;
}

Result<ReportFile> export_report(Office& office, std::string_view id, const FileFormat& format) {
  if (format.name == "json") {
    ASSIGN_OR_RETURN(const json::Value value, show_document(office, id));
    return ReportFile{json::print(value) + "\n", "application/json", ""};
  }
  ASSIGN_OR_RETURN(const Shown shown, shown_report(office, id));
  return file_of(shown.publication(), format);
}

Result<ReportFile> report_template(Office& office, std::string_view form, std::string_view period,
                                   const FileFormat& format) {
  const std::string id = report_id(form, period);
  auto shown = shown_report(office, id);
  if (shown) return file_of(shown->publication(), format);
  if (shown.error().code != ErrorCode::not_found) return shown.error();
  ASSIGN_OR_RETURN(json::Value body, blank_report(office, form, period));
  Shown blank{nullptr, std::move(body), "", "chưa lập", {}, {}};
  ASSIGN_OR_RETURN(blank.form, office.reference().form(
                                   form, static_cast<int>(json::integer_at(blank.body, "form_version").value_or(0))));
  RETURN_IF_ERROR(fill_shown(office, blank));
  return file_of(blank.publication(), format);
}

Result<ImportResult> import_report(Office& office, std::string_view bytes, const ImportRequest& request,
                                   const Author& author) {
  ASSIGN_OR_RETURN(const auto marks, read_marks(bytes));
  ASSIGN_OR_RETURN(const ReportKey key, key_of(office, marks, request));
  const auto base = marks.find("base"), version = marks.find("version");
  ASSIGN_OR_RETURN(const Ground ground, ground_of(office, key, base == marks.end() ? "" : base->second, request));
  if (version != marks.end() && version->second != std::to_string(ground.form->version)) {
    return refused(ErrorCode::bad_request, "other_version",
                   "the file was made for version " + version->second + " of " + key.form +
                       ", the report has version " + std::to_string(ground.form->version) + "; take a new template",
                   "Tệp theo phiên bản khác của biểu; hãy lấy mẫu mới");
  }
  ASSIGN_OR_RETURN(const Filled filled, read_filled(*ground.form, bytes));
  ImportResult result{report_id(key.form, key.period), "", ground.rev.empty(), {}};
  ImportOptions options;
  options.convert = request.convert;
  ASSIGN_OR_RETURN(options.shown, shown_values(office, ground));
  result.plan = plan_import(*ground.form, ground.base, ground.current, filled, options, office.random());
  if (request.dry_run) return result;
  if (!result.plan.problems.empty()) return problems_of(result.plan);
  if (result.plan.changes.empty()) {
    result.begins = false;
    return result;
  }
  if (ground.rev.empty()) RETURN_IF_ERROR(start_report(office, key.form, key.period, author));
  ASSIGN_OR_RETURN(const RevisionId rev,
                   change_report(office, result.id, author, [&](json::Value& body, const Form&) -> Status {
                     json::Value now = body, then = ground.current;
                     now.erase("edit");
                     then.erase("edit");
                     if (now != then)
                       return error(ErrorCode::conflict, result.id + " was changed meanwhile; do it again");
                     body = result.plan.body;
                     return {};
                   }));
  result.rev = rev.text();
  return result;
}

}  // namespace tram::agent
