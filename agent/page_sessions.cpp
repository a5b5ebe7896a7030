#include "agent/page_sessions.h"

#include <unistd.h>

#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/base/password.h"
#include "core/reports/report.h"
#include "storage/data_folder.h"

namespace tram::agent {
namespace {

constexpr std::int64_t kIdleMs = 2 * 3'600'000;
constexpr std::int64_t kWholeMs = 12 * 3'600'000;
constexpr std::int64_t kSaveEveryMs = 60'000;
constexpr std::int64_t kAttemptsWindowMs = 60'000;
constexpr int kAttemptsMax = 5;
constexpr std::size_t kNameMax = 80;
constexpr const char* kSessionsFile = "page-sessions.json";
constexpr const char* kPeopleFile = "page-people.json";

Error refused_entry(ErrorCode code, std::string message, std::string vi, std::string name = {}) {
  Error wrong = error(code, std::move(message), std::move(name));
  wrong.message_vi = std::move(vi);
  return wrong;
}

std::string csrf_of(std::string_view cookie) { return to_hex(hmac_sha256(cookie, "csrf")); }

}  // namespace

PageSessions::PageSessions(std::string folder, std::string instance, Clock& clock, Random& random)
    : folder_(std::move(folder)), cookie_name_("tram-" + instance.substr(0, 12)), clock_(clock), random_(random) {}

Status PageSessions::start(std::string origin) {
  const std::scoped_lock lock(mutex_);
  origin_ = std::move(origin);
  if (file_exists(folder_ + "/" + kPeopleFile)) {
    ASSIGN_OR_RETURN(const std::string text, read_file(folder_ + "/" + kPeopleFile));
    ASSIGN_OR_RETURN(const json::Value people, json::parse_object(text));
    for (const auto& [name, hash] : people.items()) people_[name] = hash.is_string() ? hash.get<std::string>() : "";
  }
  if (file_exists(folder_ + "/" + kSessionsFile)) {
    // Sessions that cannot be read are gone: people sign in again.
    const auto text = read_file(folder_ + "/" + kSessionsFile);
    const auto parsed = text ? json::parse_object(*text) : Result<json::Value>(text.error());
    const json::Value all = parsed ? *parsed : json::Value::object();
    for (const auto& [digest, one] : all.items()) {
      sessions_[digest] = {json::string_at(one, "person").value_or(""), json::integer_at(one, "made_ms").value_or(0),
                           json::integer_at(one, "seen_ms").value_or(0)};
    }
  }
  return renew_code();
}

void PageSessions::stop() {
  const std::scoped_lock lock(mutex_);
  (void)save();
  (void)::unlink((folder_ + "/" + kPageUrlFile).c_str());
}

Status PageSessions::renew_code() {
  code_ = random_.hex(32);
  return write_file(folder_ + "/" + kPageUrlFile, origin_ + "/ui/#/sign-in/" + code_ + "\n", 0600);
}

Status PageSessions::save() const {
  json::Value all = json::Value::object();
  for (const auto& [digest, session] : sessions_) {
    all[digest] = {{"person", session.person}, {"made_ms", session.made_ms}, {"seen_ms", session.seen_ms}};
  }
  return write_file(folder_ + "/" + kSessionsFile, json::print(all), 0600);
}

std::optional<PageSessions::Visitor> PageSessions::visitor(std::string_view cookie, bool active) {
  if (cookie.empty()) return std::nullopt;
  const std::scoped_lock lock(mutex_);
  const auto found = sessions_.find(sha256_hex(cookie));
  if (found == sessions_.end()) return std::nullopt;
  const std::int64_t now = clock_.wall_ms();
  Session& session = found->second;
  if (now - session.made_ms > kWholeMs || now - session.seen_ms > kIdleMs) {
    sessions_.erase(found);
    (void)save();
    return std::nullopt;
  }
  if (active && now - session.seen_ms > kSaveEveryMs) {
    session.seen_ms = now;
    (void)save();
  }
  return Visitor{session.person, csrf_of(cookie)};
}

Status PageSessions::count_attempt() {
  const std::int64_t now = clock_.steady_ms();
  if (now - attempts_since_ms_ > kAttemptsWindowMs) {
    attempts_since_ms_ = now;
    attempts_ = 0;
  }
  if (attempts_ >= kAttemptsMax) {
    Error busy = refused_entry(ErrorCode::busy, "too many wrong sign-ins; wait a minute",
                               "Sai quá nhiều lần; hãy chờ một phút", "too_many_requests");
    busy.retry_after_ms = kAttemptsWindowMs;
    return busy;
  }
  ++attempts_;
  return {};
}

Status PageSessions::enrol(const Key& key) {
  RETURN_IF_ERROR(check_password_rules(key.password));
  ASSIGN_OR_RETURN(people_[key.name], hash_password(key.password));
  json::Value all = json::Value::object();
  for (const auto& [name, hash] : people_) all[name] = hash;
  RETURN_IF_ERROR(write_file(folder_ + "/" + kPeopleFile, json::print(all), 0600));
  return renew_code();
}

Status PageSessions::check(const Key& key) {
  RETURN_IF_ERROR(count_attempt());
  if (!key.code.empty()) {
    if (equal_in_constant_time(key.code, code_)) return enrol(key);
    return refused_entry(
        ErrorCode::unauthorized, "this address was used already or is not from this PC; a new one: tram-agent page",
        "Địa chỉ này đã dùng rồi hoặc không phải của máy này; lấy địa chỉ mới bằng lệnh: tram-agent page");
  }
  const auto known = people_.find(key.name);
  if (known != people_.end() && password_matches(known->second, key.password)) return {};
  return refused_entry(ErrorCode::unauthorized,
                       "name or password is wrong; who forgot it makes a new one through: tram-agent page",
                       "Sai tên hoặc mật khẩu; quên mật khẩu thì đặt lại qua lệnh: tram-agent page");
}

Result<std::string> PageSessions::sign_in(const Key& given) {
  Key key = given;
  ASSIGN_OR_RETURN(key.name, clean_text(given.name, false));
  if (key.name.empty() || key.name.size() > kNameMax) {
    return refused_entry(ErrorCode::bad_request, "a name has 1 to 80 bytes",
                         "Hãy ghi tên người dùng, không quá 80 ký tự");
  }
  const std::scoped_lock lock(mutex_);
  RETURN_IF_ERROR(check(key));
  attempts_ = 0;
  std::string cookie = random_.hex(32);
  const std::int64_t now = clock_.wall_ms();
  sessions_[sha256_hex(cookie)] = {key.name, now, now};
  RETURN_IF_ERROR(save());
  return cookie;
}

void PageSessions::sign_out(std::string_view cookie) {
  const std::scoped_lock lock(mutex_);
  if (sessions_.erase(sha256_hex(cookie)) > 0) (void)save();
}

bool PageSessions::has_people() const {
  const std::scoped_lock lock(mutex_);
  return !people_.empty();
}

}  // namespace tram::agent
