#include "tests/chaos_proxy/chaos_proxy.h"

#include <optional>
#include <sstream>

#include "tests/chaos_proxy/loop.h"

namespace tram {

const std::string_view kChaosHelp = R"(open                     the line is good again
cut                      reset every connection and refuse new ones
stall                    nothing moves, nothing closes; goes on after open
half-open                the other end vanished: bytes are swallowed, nothing comes back
portal                   answer every request with a sign-in page, status 200
redirect                 answer every request with 302
status N                 answer every request with that status
cut-after-bytes N [up|down] [TIMES]   reset the connection that carries the last of N bytes (default down, once)
flaky SEED MEAN          reset each connection after a random amount of bytes, MEAN on average
delay MS                 hold everything back that long, each way
throttle BYTES_S         each way, all connections together; 0 ends it
profile 2g|edge|vsat     delay and throttle of such a line
duplicate on|off         send every request to the target twice
target PORT              where connections go from now on
stats                    counters as JSON     reset-stats   set them to zero
requests                 the request lines of the last thousand requests, with " | " between them
)";

namespace {

struct Profile {
  std::string_view name;
  std::int64_t delay_ms;  // half the round trip
  std::uint64_t bytes_per_s;
};
constexpr Profile kProfiles[] = {{"2g", 400, 2500}, {"edge", 400, 8000}, {"vsat", 350, 64000}};

constexpr std::string_view kSignIn =
    "<!DOCTYPE html><html><head><title>Wi-Fi</title></head><body><form action=\"/login\">Sign in</form></body></html>";

std::string http_answer(int status, std::string_view headers, std::string_view body) {
  return "HTTP/1.1 " + std::to_string(status) + " Chaos\r\nConnection: close\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string print(const ChaosStats& stats) {
  std::ostringstream out;
  out << "{\"connections\":" << stats.connections << ",\"open\":" << stats.open << ",\"bytes_up\":" << stats.bytes_up
      << ",\"bytes_down\":" << stats.bytes_down << ",\"requests\":" << stats.requests
      << ",\"duplicates\":" << stats.duplicates << ",\"cuts\":" << stats.cuts << "}";
  return out.str();
}

}  // namespace

ChaosProxy::ChaosProxy(std::uint16_t target_port, std::uint16_t listen_port)
    : loop_(std::make_unique<Loop>(target_port, listen_port)) {}
ChaosProxy::~ChaosProxy() = default;

std::uint16_t ChaosProxy::port() const { return loop_->port(); }
std::string ChaosProxy::url() const { return "http://127.0.0.1:" + std::to_string(port()); }

void ChaosProxy::open() {
  loop_->call([&] {
    loop_->set_mode(Loop::Mode::pass);
    loop_->make_flaky(0, 0);
    loop_->line = {};
  });
}
void ChaosProxy::cut() {
  loop_->call([&] { loop_->set_mode(Loop::Mode::cut); });
}
void ChaosProxy::stall() {
  loop_->call([&] { loop_->set_mode(Loop::Mode::stall); });
}
void ChaosProxy::half_open() {
  loop_->call([&] { loop_->set_mode(Loop::Mode::half_open); });
}
void ChaosProxy::answer(int status, std::string_view headers, std::string_view body) {
  loop_->call([&] { loop_->set_mode(Loop::Mode::answer, http_answer(status, headers, body)); });
}
void ChaosProxy::portal() { answer(200, "Content-Type: text/html\r\n", kSignIn); }
void ChaosProxy::redirect() { answer(302, "Location: http://sign-in.invalid/login\r\n", ""); }
void ChaosProxy::cut_after(std::uint64_t bytes, Way way, std::uint64_t times) {
  const std::uint64_t each = std::max<std::uint64_t>(bytes, 1);
  loop_->call([&] {
    loop_->line.cuts[static_cast<std::size_t>(way)] = Loop::Cuts{each, each, std::max<std::uint64_t>(times, 1)};
  });
}
void ChaosProxy::flaky(std::uint64_t seed, std::uint64_t mean_bytes) {
  loop_->call([&] { loop_->make_flaky(seed, mean_bytes); });
}
void ChaosProxy::delay(std::int64_t ms) {
  loop_->call([&] { loop_->line.delay_ms = ms; });
}
void ChaosProxy::throttle(std::uint64_t bytes_per_s) {
  loop_->call([&] { loop_->line.bytes_per_s = bytes_per_s; });
}
void ChaosProxy::duplicate(bool on) {
  loop_->call([&] { loop_->line.duplicate = on; });
}
bool ChaosProxy::profile(std::string_view name) {
  for (const Profile& profile : kProfiles) {
    if (profile.name != name) continue;
    delay(profile.delay_ms);
    throttle(profile.bytes_per_s);
    return true;
  }
  return false;
}
void ChaosProxy::set_target(std::uint16_t port) {
  loop_->call([&] { loop_->target_port = port; });
}

ChaosStats ChaosProxy::stats() const {
  ChaosStats stats;
  loop_->call([&] { stats = loop_->stats; });
  return stats;
}
void ChaosProxy::reset_stats() {
  loop_->call([&] {
    loop_->stats = {};
    loop_->request_lines.clear();
  });
}
std::vector<std::string> ChaosProxy::request_lines() const {
  std::vector<std::string> lines;
  loop_->call([&] { lines.assign(loop_->request_lines.begin(), loop_->request_lines.end()); });
  return lines;
}

std::string ChaosProxy::command(std::string_view line) {
  std::istringstream in{std::string(line)};
  std::string verb;
  in >> verb;
  const auto number = [&in]() -> std::optional<std::uint64_t> {
    std::uint64_t n = 0;
    if (in >> n) return n;
    return std::nullopt;
  };
  const auto word = [&in] {
    std::string text;
    in >> text;
    return text;
  };
  const auto done = [](bool understood) { return understood ? std::string("ok") : std::string("error: see help"); };
  const auto with = [&](const std::optional<std::uint64_t>& n, const auto& work) {
    if (n) work(*n);
    return done(n.has_value());
  };

  if (verb == "open") return open(), done(true);
  if (verb == "cut") return cut(), done(true);
  if (verb == "stall") return stall(), done(true);
  if (verb == "half-open") return half_open(), done(true);
  if (verb == "portal") return portal(), done(true);
  if (verb == "redirect") return redirect(), done(true);
  if (verb == "status") return with(number(), [&](auto n) { answer(static_cast<int>(n), "", ""); });
  if (verb == "delay") return with(number(), [&](auto n) { delay(static_cast<std::int64_t>(n)); });
  if (verb == "throttle") return with(number(), [&](auto n) { throttle(n); });
  if (verb == "target") return with(number(), [&](auto n) { set_target(static_cast<std::uint16_t>(n)); });
  if (verb == "profile") return done(profile(word()));
  if (verb == "duplicate") return duplicate(word() != "off"), done(true);
  if (verb == "reset-stats") return reset_stats(), done(true);
  if (verb == "stats") return print(stats());
  if (verb == "cut-after-bytes") {
    const auto n = number();
    const Way way = word() == "up" ? Way::up : Way::down;
    return with(n, [&](auto bytes) { cut_after(bytes, way, number().value_or(1)); });
  }
  if (verb == "flaky") {
    const auto seed = number();
    return with(number(), [&](auto mean) { flaky(seed.value_or(0), mean); });
  }
  if (verb == "requests") {
    std::string out;
    for (const std::string& request : request_lines()) out += (out.empty() ? "" : " | ") + request;
    return out;
  }
  return done(false);
}

}  // namespace tram
