// The versions of a document, for people.
#include "sync/history.h"
#include "agent/answer.h"
#include "agent/report_view.h"

namespace tram::agent {
namespace {

const json::Value* member(const json::Value& object, const std::string& name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

}  // namespace

Result<json::Value> history_of(Office& office, std::string_view id) { return tram::history_of(office.own(), id); }

std::string history_text(const json::Value& history) {
  std::string text;
  for (const json::Value& revision : history) {
    const auto member_text = [&](const char* name) { return json::string_at(revision, name).value_or(""); };
    text += member_text("rev") + "  " + member_text("at") + "  " + member_text("by");
    if (!member_text("pc").empty()) text += "@" + member_text("pc");
    if (revision["deleted"] == true) text += "  đã xóa (deleted)";
    if (revision["kept"] == false) text += "  nội dung không còn lưu (content no longer kept)";
    text += "\n";
    if (!revision.contains("changes")) continue;
    for (const json::Value& change : revision["changes"]) {
      text += "    " + json::string_at(change, "path").value_or("") + ": " + value_text(member(change, "before")) +
              " → " + value_text(member(change, "after")) + "\n";
    }
  }
  return text;
}

}  // namespace tram::agent
