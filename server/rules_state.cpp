#include "server/rules_state.h"

#include "core/base/digest.h"

namespace tram {
namespace {

constexpr std::string_view kReopening = "_local/reopening/";
constexpr std::string_view kJudgedAgain = "_local/judged_again/";
constexpr std::string_view kRecovery = "_local/recovery";

std::string reopening_id(const RulesState::ReportOfOffice& report) {
  return std::string(kReopening) + sha256_hex(report.first + "\n" + report.second);
}

std::int64_t count_in(const json::Value& body) { return json::integer_at(body, "n").value_or(0); }

}  // namespace

Result<std::unique_ptr<RulesState>> RulesState::open(Store& store) {
  std::unique_ptr<RulesState> state(new RulesState(store));
  RETURN_IF_ERROR(state->load());
  return state;
}

Status RulesState::load() {
  return store_.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto reopened, snapshot.locals(kReopening, SIZE_MAX));
    for (const auto& [id, document] : reopened) {
      ASSIGN_OR_RETURN(const json::Value body, json::parse_object(document.body));
      const auto text = [&](const char* name) { return json::string_at(body, name).value_or(""); };
      reopenings_[{text("office"), text("report")}] = {text("last_day"), text("verdict")};
    }
    ASSIGN_OR_RETURN(const auto again, snapshot.locals(kJudgedAgain, SIZE_MAX));
    for (const auto& [id, document] : again) {
      ASSIGN_OR_RETURN(const json::Value body, json::parse_object(document.body));
      judged_again_[id.substr(kJudgedAgain.size())] = count_in(body);
    }
    ASSIGN_OR_RETURN(const auto recovery, snapshot.local(kRecovery));
    if (recovery) {
      ASSIGN_OR_RETURN(const json::Value body, json::parse_object(recovery->body));
      recoveries_ = count_in(body);
    }
    return {};
  });
}

Status RulesState::put(const std::string& id, const json::Value& body) {
  return store_.write([&](Transaction& transaction) -> Status {
    RETURN_IF_ERROR(transaction.put_local(id, json::print(body)));
    return {};
  });
}

std::map<RulesState::ReportOfOffice, RulesState::Reopening> RulesState::reopenings() const {
  const std::lock_guard lock(mutex_);
  return reopenings_;
}

Status RulesState::save_reopening(const ReportOfOffice& report, const Reopening& reopening) {
  const std::lock_guard lock(mutex_);
  RETURN_IF_ERROR(put(reopening_id(report), {{"office", report.first},
                                             {"report", report.second},
                                             {"last_day", reopening.last_day},
                                             {"verdict", reopening.verdict}}));
  reopenings_[report] = reopening;
  return {};
}

Status RulesState::remove_reopening(const ReportOfOffice& report) {
  const std::lock_guard lock(mutex_);
  if (!reopenings_.contains(report)) return {};
  RETURN_IF_ERROR(store_.write([&](Transaction& transaction) -> Status {
    RETURN_IF_ERROR(transaction.delete_local(reopening_id(report)));
    return {};
  }));
  reopenings_.erase(report);
  return {};
}

bool RulesState::recovery() const {
  const std::lock_guard lock(mutex_);
  return recoveries_ % 2 == 1;
}

Status RulesState::set_recovery(bool open) {
  const std::lock_guard lock(mutex_);
  if ((recoveries_ % 2 == 1) == open) return {};
  RETURN_IF_ERROR(put(std::string(kRecovery), {{"n", recoveries_ + 1}}));
  ++recoveries_;
  return {};
}

Status RulesState::judge_again(const std::string& slug) {
  const std::lock_guard lock(mutex_);
  const auto found = judged_again_.find(slug);
  const std::int64_t n = found == judged_again_.end() ? 1 : found->second + 1;
  RETURN_IF_ERROR(put(std::string(kJudgedAgain) + slug, {{"n", n}}));
  judged_again_[slug] = n;
  return {};
}

std::string RulesState::mark(std::string_view slug) const {
  const std::lock_guard lock(mutex_);
  const auto found = judged_again_.find(slug);
  const std::int64_t again = found == judged_again_.end() ? 0 : found->second;
  return recoveries_ == 0 && again == 0 ? "" : std::to_string(recoveries_) + "/" + std::to_string(again);
}

}  // namespace tram
