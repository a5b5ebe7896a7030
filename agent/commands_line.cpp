#include "agent/commands.h"
#include "agent/conflicts.h"
#include "agent/line.h"
#include "agent/report_view.h"
#include "sync/ledger.h"

namespace tram::agent {
namespace {

constexpr int kNoLine = 3;
constexpr int kRefused = 4;

Result<SyncStatus> status_of(Office& office) {
  if (office.line() != nullptr) return office.line()->status();
  return read_status(office.own());
}

std::string_view label_vi(SyncState state) {
  switch (state) {
    case SyncState::idle: return "thông suốt";
    case SyncState::syncing: return "đang đồng bộ";
    case SyncState::offline: return "chưa có đường truyền";
    case SyncState::refused: return "bị từ chối";
    case SyncState::error: return "lỗi";
  }
  return "";
}

std::string status_text(const Office& office, const SyncStatus& status) {
  std::string text = line("Đơn vị", "office", office.enrolment().office);
  text += line("Máy chủ tỉnh", "server", office.enrolment().server);
  const bool never = status.state == SyncState::idle && status.last_contact.empty();
  const std::string_view state = never ? "chưa liên lạc với tỉnh" : label_vi(status.state);
  text += line("Trạng thái", "state", std::string(state) + " (" + std::string(name_of(status.state)) + ")");
  text += line("Chờ gửi", "pending", std::to_string(status.pending));
  text += line("Liên lạc gần nhất", "last contact",
               status.last_contact.empty() ? "chưa lần nào (never)" : status.last_contact);
  if (status.conflicts > 0) text += line("Mâu thuẫn", "conflicts", std::to_string(status.conflicts));
  if (status.refused > 0) text += line("Tỉnh không nhận", "refused", std::to_string(status.refused));
  if (status.last_error) {
    const SyncStatus::LastError& last = *status.last_error;
    text += line("Lỗi gần nhất", "last error",
                 last.code + ": " + (last.message_vi.empty() ? "" : last.message_vi + " / ") + last.message);
  }
  return text;
}

Result<Outcome> show_status(Office& office, const CommandLine& line, const Caller&) {
  if (line.json) {
    ASSIGN_OR_RETURN(const json::Value value, status_json(office));
    return say_json(value);
  }
  ASSIGN_OR_RETURN(const SyncStatus status, status_of(office));
  return say(status_text(office, status));
}

Result<Round> one_round(Office& office) {
  if (office.line() != nullptr) return office.line()->round();
  ASSIGN_OR_RETURN(const LineParts parts, connect(office));
  return parts.syncer->step();
}

int exit_of_round(const Round& round, const SyncStatus& status) {
  if (round.error) {
    switch (state_of(*round.error)) {
      case SyncState::offline: return kNoLine;
      case SyncState::refused: return kRefused;
      default: return 1;
    }
  }
  return status.refused > 0 || round.refused > 0 ? kRefused : 0;
}

json::Value round_json(const Round& round, const SyncStatus& status) {
  json::Value value = {{"pushed", round.sent},       {"pulled", round.received},
                       {"merged", round.merged},     {"refused", status.refused},
                       {"requests", round.requests}, {"conflicts", status.conflicts},
                       {"pending", status.pending},  {"error", nullptr}};
  if (round.error) value["error"] = {{"code", round.error->what_name()}, {"message", round.error->message}};
  return value;
}

// A dead line is no reason to do anything.
Error explained(Error error) {
  if (state_of(error) != SyncState::offline) return error;
  if (error.message_vi.empty()) error.message_vi = "chưa có đường truyền tới tỉnh, số liệu vẫn được giữ ở đây";
  error.message += "; nothing is lost, it goes when there is a line again";
  return error;
}

Result<Outcome> sync(Office& office, const CommandLine& line, const Caller&) {
  ASSIGN_OR_RETURN(const Round round, one_round(office));
  ASSIGN_OR_RETURN(const SyncStatus status, status_of(office));
  Outcome outcome;
  if (round.error) outcome = failed(explained(*round.error));
  outcome.exit = exit_of_round(round, status);
  if (line.json) {
    outcome.out = json::print(round_json(round, status)) + "\n";
  } else if (!round.error) {
    outcome.out = "Đã gửi (sent): " + std::to_string(round.sent) +
                  ", đã nhận (received): " + std::to_string(round.received) +
                  ", chờ gửi (pending): " + std::to_string(status.pending) + "\n";
  }
  if (!round.error && status.refused > 0) {
    outcome.err = "tram-agent: tỉnh không nhận " + std::to_string(status.refused) +
                  " tài liệu / the province refused documents; see why with: tram-agent ledger\n";
  }
  return outcome;
}

Result<Outcome> conflicts(Office& office, const CommandLine& line, const Caller&) {
  ASSIGN_OR_RETURN(const json::Value all, list_conflicts(office));
  return line.json ? say_json(all) : say(conflicts_text(all));
}

Result<Outcome> resolve(Office& office, const CommandLine& line, const Caller& caller) {
  Choice choice;
  if (!line.keep.empty()) choice.keep = line.keep;
  for (const std::string& typed : line.fields) {
    ASSIGN_OR_RETURN(auto field, split_field(typed));
    choice.set.push_back(std::move(field));
  }
  ASSIGN_OR_RETURN(const RevisionId rev, resolve_conflict(office, line.id, choice, author_of(line, caller)));
  return say(rev.text() + "\n");
}

std::string_view fate_vi(std::string_view fate) {
  static const std::pair<std::string_view, std::string_view> kWords[] = {
      {"pending", "chờ gửi"},    {"sent", "đang gửi"}, {"received", "tỉnh đã có"},  {"accepted", "đã tiếp nhận"},
      {"refused", "không nhận"}, {"merged", "đã gộp"}, {"superseded", "có bản sau"}};
  for (const auto& [name, vi] : kWords) {
    if (name == fate) return vi;
  }
  return "";
}

Result<Outcome> ledger(Office& office, const CommandLine& line, const Caller&) {
  ASSIGN_OR_RETURN(const json::Value rows, ledger_json(office, line.id));
  if (line.json) return say_json(rows);
  std::string text;
  for (const json::Value& row : rows) {
    const auto member = [&](const char* name) { return json::string_at(row, name).value_or(""); };
    text += member("at") + "  " + member("id") + "  " + member("rev").substr(0, 12) + "  " +
            std::string(fate_vi(member("fate"))) + " (" + member("fate") + ")";
    if (!member("reason").empty())
      text += "  " + (member("reason_vi").empty() ? "" : member("reason_vi") + " / ") + member("reason");
    text += "\n";
  }
  return say(rows.empty() ? "Chưa ghi gì (nothing written yet)\n" : text);
}

}  // namespace

Result<json::Value> status_json(Office& office) {
  ASSIGN_OR_RETURN(const SyncStatus status, status_of(office));
  json::Value value = status.to_json();
  value["office"] = office.enrolment().office;
  value["server"] = office.enrolment().server;
  if (office.line() != nullptr) value["budget"] = office.line()->budget();
  return value;
}

Result<json::Value> ledger_json(Office& office, const std::string& id) {
  LedgerOptions options;
  options.id = id;
  options.sent_until = office.line() == nullptr ? 0 : office.line()->sent_until();
  ASSIGN_OR_RETURN(const auto rows, read_ledger(office.own(), options));
  json::Value list = json::Value::array();
  for (const LedgerRow& row : rows) list.push_back(row.to_json());
  return list;
}

MaybeOutcome execute_line(Office& office, const CommandLine& line, const Caller& caller) {
  if (line.verb == "status") return show_status(office, line, caller);
  if (line.verb == "sync") return sync(office, line, caller);
  if (line.verb == "conflicts") return conflicts(office, line, caller);
  if (line.verb == "conflicts resolve") return resolve(office, line, caller);
  if (line.verb == "ledger") return ledger(office, line, caller);
  return std::nullopt;
}

}  // namespace tram::agent
