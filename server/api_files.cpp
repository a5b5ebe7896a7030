// What is found by its words, and what is saved as a file.
#include <algorithm>

#include "server/api.h"
#include "server/consolidation_files.h"
#include "server/search.h"

namespace tram {
namespace {

Result<http::Response> exported_run(Province& province, const http::Request& request) {
  const auto form = request.parameter("form"), period = request.parameter("period");
  const std::string format = request.parameter("format").value_or("xlsx");
  if (!form || !period || !is_file_format(format)) {
    return error(ErrorCode::bad_request, "form, period and a format (xlsx, csv, html, dhis2, dhis2-csv) are asked for");
  }
  ASSIGN_OR_RETURN(const RunRequest asked,
                   read_run_request(province, *form, *period, request.parameter("scenario").value_or("ACTUAL"),
                                    request.parameter("official") == "true", request.parameter("as_of").value_or("")));
  ASSIGN_OR_RETURN(const Run run, run_consolidation(province, asked));
  const char separator = request.parameter("separator") == ";" ? ';' : ',';
  ASSIGN_OR_RETURN(const ConsolidationFile file, consolidation_file(province, run, format, separator));
  http::Response response = http::text_response(200, file.bytes, file.content_type);
  if (format == "html") return response;
  const std::string end = format == "dhis2" ? "json" : format == "dhis2-csv" ? "csv" : format;
  std::string name = run.form->code + "-" + run.result.request.period.id;
  std::replace(name.begin(), name.end(), '~', '-');
  response.headers.set("Content-Disposition", "attachment; filename=\"" + name + "." + end + "\"");
  return response;
}

}  // namespace

http::Response Api::consolidation_export(const http::Request& request) const {
  const auto principal = province_.accounts().authenticate(request);
  if (!principal) return api_error(principal.error());
  if (!principal->admin) return api_error(error(ErrorCode::forbidden, "this is for the administrator"));
  auto response = exported_run(province_, request);
  return response ? std::move(*response) : api_error(response.error());
}

Result<json::Value> Api::search(const http::Request& request, const http::PathValues&, const Principal&) const {
  return search_documents(province_, request.parameter("q").value_or(""));
}

}  // namespace tram
