// status, verify
#include <sstream>

#include "server/commands.h"
#include "server/status_report.h"
#include "storage/data_folder.h"

namespace tram {
namespace {

std::string status_text(const json::Value& status) {
  std::ostringstream out;
  const auto text = [](const json::Value& object, const char* name) {
    return json::string_at(object, name).value_or("-");
  };
  const auto number = [](const json::Value& object, const char* name) {
    return json::integer_at(object, name).value_or(0);
  };
  out << text(status, "province") << " (tram-server " << text(status, "version") << ", "
      << (json::boolean_at(status, "running").value_or(false) ? "đang chạy / running" : "không chạy / not running")
      << ")\n";
  for (const json::Value& office : status["offices"]) {
    out << text(office, "slug") << "  " << text(office, "name")
        << "  liên lạc (contact): " << text(office, "last_contact")
        << "  văn bản (documents): " << number(office, "documents")
        << "  xung đột (conflicts): " << number(office, "conflicts")
        << "  từ chối (refused): " << number(office, "refused") << "\n";
  }
  return out.str();
}

}  // namespace

http::Outcome status_command(const Typed& typed, Host& host, Province& province) {
  const auto status = status_report(province, host.is_running());
  if (!status) return failed(status.error());
  return typed.line.json ? say_json(*status) : say(status_text(*status));
}

http::Outcome verify_command(const Typed& typed, Province& province) {
  json::Value report = json::Value::array();
  std::string text;
  bool sound = true;
  const auto check = [&](const std::string& name, Store& store) -> Status {
    ASSIGN_OR_RETURN(const Store::Verified found, store.verify());
    sound = sound && found.findings.empty();
    report.push_back({{"database", name},
                      {"documents", found.documents},
                      {"revisions", found.revisions},
                      {"foreign", found.foreign},
                      {"findings", found.findings}});
    text += name + ": " + std::to_string(found.documents) + " văn bản (documents), " + std::to_string(found.revisions) +
            " phiên bản (revisions)" + (found.findings.empty() ? ", tốt (sound)" : "") + "\n";
    for (const std::string& finding : found.findings) text += "  " + finding + "\n";
    return {};
  };
  const auto check_all = [&]() -> Status {
    RETURN_IF_ERROR(check("province", province.store()));
    ASSIGN_OR_RETURN(const auto names, province.databases().list());
    for (const std::string& name : names) {
      ASSIGN_OR_RETURN(const auto database, province.databases().open(name));
      RETURN_IF_ERROR(check(name, *database->store));
    }
    return {};
  };
  if (auto checked = check_all(); !checked) return failed(checked.error());
  http::Outcome outcome = typed.line.json ? say_json(report) : say(text);
  if (!sound) {
    outcome.exit = 1;
    outcome.err = "tram-server: dữ liệu có lỗi, xem danh sách / the data has errors, see the list; restore a backup\n";
  }
  return outcome;
}

}  // namespace tram
