#include "agent/line_budget.h"

#include "core/base/log.h"
#include "storage/data_folder.h"

namespace tram::agent {
namespace {

constexpr std::uint64_t kSaveEveryBytes = 64 << 10;  // what a power cut may forget

std::uint64_t count_at(const json::Value& value, std::string_view name) {
  const auto number = json::integer_at(value, name);
  return number && *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
}

}  // namespace

LineBudget::LineBudget(std::string folder, Clock& clock) : file_(std::move(folder) + "/line.json"), clock_(clock) {
  const auto text = read_file(file_, 64 << 10);
  const auto value = text ? json::parse_object(*text) : Result<json::Value>(text.error());
  if (!value) {
    if (value.error().code != ErrorCode::not_found)
      log::warning("line_budget_not_read", {{"why", value.error().message}});
    return;
  }
  day_limit_ = count_at(*value, "day_limit_bytes");
  used_ = saved_ = count_at(*value, "used_today_bytes");
  day_ = json::string_at(*value, "day").value_or("");
}

void LineBudget::count(std::uint64_t carried) {
  if (const std::string today = vietnam_day(clock_.wall_ms()); today != day_) {
    day_ = today;
    used_ = saved_ = 0;
  }
  used_ += carried - carried_;
  carried_ = carried;
  if (day_limit_ == 0 || used_ < saved_ + kSaveEveryBytes) return;
  if (const Status saved = save(); !saved) log::warning("line_budget_not_saved", {{"why", saved.error().message}});
}

bool LineBudget::is_spent(std::uint64_t carried) {
  const std::scoped_lock lock(mutex_);
  count(carried);
  return spent();
}

Status LineBudget::set_day_limit(std::uint64_t bytes) {
  const std::scoped_lock lock(mutex_);
  day_limit_ = bytes;
  return save();
}

json::Value LineBudget::to_json(std::uint64_t carried) {
  const std::scoped_lock lock(mutex_);
  count(carried);
  return {{"day_limit_bytes", day_limit_}, {"used_today_bytes", used_}, {"spent", spent()}};
}

Status LineBudget::save() {
  saved_ = used_;
  const json::Value value = {{"day_limit_bytes", day_limit_}, {"day", day_}, {"used_today_bytes", used_}};
  return write_file(file_, json::print(value) + "\n", 0600);
}

}  // namespace tram::agent
