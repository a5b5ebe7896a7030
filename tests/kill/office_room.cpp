#include "tests/kill/office_room.h"

#include <algorithm>
#include <random>

#include "core/base/result.h"
#include "core/base/system.h"

namespace tram::kill_test {

Machine::Machine(test::Command command) : command_(std::move(command)) {
  switch_on();
  url_ = daemon_->url();
  // The next start takes the same port, as a server in an office does.
  for (std::string& word : command_) {
    if (word == "127.0.0.1:0") word = url_.substr(url_.find("127."));
  }
}

void Machine::power_cut() {
  daemon_->kill();
  ++kills_;
}

void Machine::switch_on() {
  SystemClock clock;
  const std::int64_t start = clock.steady_ms();
  daemon_ = std::make_unique<test::Daemon>(command_);
  if (kills_ > 0) slowest_start_ms_ = std::max(slowest_start_ms_, clock.steady_ms() - start);
}

const std::vector<std::string>& reports() {
  static const std::vector<std::string> ids = {"report:bm11:202101", "report:bm11:202102", "report:bm11:202103"};
  return ids;
}

Pc::Pc(std::string agent, std::string data, std::vector<std::string> fields)
    : agent_(std::move(agent)), data_(std::move(data)), fields_(std::move(fields)) {}

Pc::~Pc() { stop_typing(); }

test::Outcome Pc::command(test::Command words) const {
  words.insert(words.begin(), agent_);
  words.insert(words.end(), {"--data", data_});
  return test::run(words, 60);
}

json::Value Pc::json_of(test::Command words) const {
  words.push_back("--json");
  const test::Outcome outcome = command(std::move(words));
  auto value = json::parse(outcome.out);
  if (!value) std::fprintf(stderr, "%s: exit %d %s\n", data_.c_str(), outcome.exit, outcome.err.c_str());
  CHECK(value.ok());
  return *std::move(value);
}

void Pc::start_typing(std::uint64_t seed) {
  for (const std::string& id : reports()) (void)command({"report", "new", "bm11", id.substr(id.rfind(':') + 1)});
  clerk_ = std::jthread([this, seed](const std::stop_token& stop) { type(stop, seed); });
}

void Pc::stop_typing() {
  if (!clerk_.joinable()) return;
  clerk_.request_stop();
  clerk_.join();
}

std::map<Field, Typed> Pc::typed() const {
  const std::scoped_lock lock(mutex_);
  return typed_;
}

void Pc::type(const std::stop_token& stop, std::uint64_t seed) {
  std::mt19937_64 draw(seed);
  for (std::int64_t n = 1; !stop.stop_requested(); ++n) {
    const std::string& report = reports()[draw() % reports().size()];
    const std::string& field = fields_[draw() % fields_.size()];
    {
      const std::scoped_lock lock(mutex_);
      typed_[{report, field}].tried = n;
    }
    const test::Outcome outcome = command({"report", "set", report, field + "=" + std::to_string(n)});
    if (outcome.exit != 0) continue;
    const std::scoped_lock lock(mutex_);
    typed_[{report, field}].saved = n;
  }
}

}  // namespace tram::kill_test
