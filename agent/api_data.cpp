// What the page and programs read.
#include <algorithm>
#include <cctype>

#include "agent/agenda.h"
#include "agent/api_parts.h"
#include "agent/attachments.h"
#include "agent/commands.h"
#include "agent/conflicts.h"
#include "agent/drafts.h"
#include "agent/notices.h"
#include "agent/receipts.h"
#include "agent/report_files.h"
#include "agent/report_view.h"
#include "agent/revisions.h"
#include "agent/search.h"
#include "install_paths.h"

namespace tram::agent {
namespace {

using http::Response;

Response give_metrics(const Call& call) {
  const auto status = status_json(call.office);
  if (!status) return answer(status);
  const auto count = [&](const json::Value& object, const char* name) {
    return std::to_string(json::integer_at(object, name).value_or(0));
  };
  const json::Value& link = (*status)["link"];
  std::string text = "# TYPE tram_agent_info gauge\ntram_agent_info{version=\"" + std::string(kVersion) + "\"} 1\n";
  for (const char* name : {"pending", "conflicts", "refused", "sequence"}) {
    text += "# TYPE tram_agent_" + std::string(name) + " gauge\ntram_agent_" + name + " " + count(*status, name) + "\n";
  }
  for (const char* name : {"bytes_sent", "bytes_received", "requests"}) {
    const std::string full = "tram_agent_link_" + std::string(name) + "_total";
    text += "# TYPE " + full + " counter\n" + full + " " + count(link, name) + "\n";
  }
  return http::text_response(200, text, "text/plain; version=0.0.4; charset=utf-8");
}

// A page to print has its own styles and nothing else; the other formats are saved.
Response file_answer(const ReportFile& file, std::string name, const std::string& format) {
  Response response = http::text_response(200, file.bytes, file.content_type);
  if (format == "html") {
    response.headers.set("Content-Security-Policy",
                         "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    return response;
  }
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '-');
  const std::string end = format.starts_with("dhis2") ? (format == "dhis2" ? "json" : "csv") : format;
  response.headers.set("Content-Disposition", "attachment; filename=\"" + name + "." + end + "\"");
  return response;
}

FileFormat asked_format(const Call& call) {
  const std::string name = call.request.parameter("format").value_or("xlsx");
  return {name, call.parameter("separator") == ";" ? ';' : ','};
}

Response give_export(const Call& call) {
  const FileFormat format = asked_format(call);
  const auto file = export_report(call.office, call.id(), format);
  return file ? file_answer(*file, call.id(), format.name) : failed_call(file.error());
}

Response give_template(const Call& call) {
  const FileFormat format = asked_format(call);
  const std::string period = call.parameter("period");
  const auto file = report_template(call.office, call.path["code"], period, format);
  return file ? file_answer(*file, call.path["code"] + "-" + period, format.name) : failed_call(file.error());
}

Response give_attachment(const Call& call) {
  Response response = download_attachment(call.office, call.id(), call.path["name"]);
  return response.status == 200 ? std::move(response) : api_error(response.status, "not_found", "no such attachment");
}

Response give_forms(const Call& call) {
  const auto codes = call.office.reference().form_codes();
  if (!codes) return failed_call(codes.error());
  json::Value list = json::Value::array();
  for (const std::string& code : *codes) {
    const auto form = call.office.reference().form(code);
    if (!form) continue;
    json::Value frequencies = json::Value::array();
    for (const PeriodKind kind : (*form)->frequencies) frequencies.push_back(name_of(kind));
    list.push_back({{"code", code},
                    {"version", (*form)->version},
                    {"label_vi", (*form)->label_vi},
                    {"label_en", (*form)->label_en},
                    {"frequencies", std::move(frequencies)}});
  }
  return answer(list);
}

Response give_form(const Call& call) {
  const auto version = static_cast<int>(std::strtol(call.path["version"].c_str(), nullptr, 10));
  return answer(call.office.reference().form_document(call.path["code"], version));
}

Response give_receipts(const Call& call) { return answer(verify_receipts(call.office, call.parameter("id"))); }

constexpr Route kDataRoutes[] = {
    {"GET", "/_up", [](const Call&) { return http::json_response(200, R"({"status":"ok"})"); }, Access::open},
    {"GET", "/metrics", give_metrics, Access::open},
    {"GET", "/api/v1/status", [](const Call& call) { return answer(status_json(call.office)); }, Access::quiet},
    {"GET", "/api/v1/agenda", [](const Call& call) { return answer(agenda(call.office)); }, Access::quiet},
    {"GET", "/api/v1/forms", give_forms},
    {"GET", "/api/v1/forms/{code}/template", give_template},
    {"GET", "/api/v1/forms/{code}/{version}", give_form},
    {"GET", "/api/v1/reports", [](const Call& call) { return answer(list_reports(call.office)); }, Access::quiet},
    {"GET", "/api/v1/reports/{id}", [](const Call& call) { return answer(show_document(call.office, call.id())); }},
    {"GET", "/api/v1/reports/{id}/draft", [](const Call& call) { return answer(read_draft(call.office, call.id())); }},
    {"GET", "/api/v1/reports/{id}/history",
     [](const Call& call) { return answer(history_of(call.office, call.id())); }},
    {"GET", "/api/v1/reports/{id}/revisions/{rev}",
     [](const Call& call) { return answer(read_revision(call.office, call.id(), call.path["rev"])); }},
    {"GET", "/api/v1/reports/{id}/attachments",
     [](const Call& call) { return answer(list_attachments(call.office, call.id())); }},
    {"GET", "/api/v1/reports/{id}/attachments/{name}", give_attachment},
    {"GET", "/api/v1/reports/{id}/export", give_export},
    {"GET", "/api/v1/search",
     [](const Call& call) { return answer(search_documents(call.office, call.parameter("q"))); }},
    {"GET", "/api/v1/conflicts", [](const Call& call) { return answer(list_conflicts(call.office)); }},
    {"GET", "/api/v1/receipts", give_receipts},
    {"GET", "/api/v1/notices", [](const Call& call) { return answer(list_notices(call.office)); }, Access::quiet},
    {"GET", "/api/v1/notices/{id}", [](const Call& call) { return answer(show_notice(call.office, call.id())); }},
    {"GET", "/api/v1/recommendations", [](const Call& call) { return answer(list_recommendations(call.office)); }},
    {"GET", "/api/v1/ledger", [](const Call& call) { return answer(ledger_json(call.office, call.parameter("id"))); },
     Access::quiet},
};

}  // namespace

std::span<const Route> data_routes() { return kDataRoutes; }

}  // namespace tram::agent
