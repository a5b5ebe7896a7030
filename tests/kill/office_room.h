// tests/kill/office_room.h: a PC of an office with a clerk at it who types without pause and remembers what the program
// told her was saved.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "core/base/json.h"
#include "tests/support/process.h"

namespace tram::kill_test {

// A program that is killed and started again by the same command; its address stays.
class Machine {
 public:
  Machine(test::Command command);
  void power_cut();  // kill -9
  void switch_on();  // aborts if it is not ready again
  const std::string& url() const { return url_; }
  int kills() const { return kills_; }
  std::int64_t slowest_start_ms() const { return slowest_start_ms_; }  // from a start to "listening on", after kills

 private:
  test::Command command_;
  std::string url_;
  int kills_ = 0;
  std::int64_t slowest_start_ms_ = 0;
  std::unique_ptr<test::Daemon> daemon_;
};

// Each field is typed by one PC only, always a greater number: what must be found at the end is at least the last one
// that was told as saved, at most the last one tried.
struct Typed {
  std::int64_t saved = 0, tried = 0;
};
using Field = std::pair<std::string, std::string>;  // report, field

class Pc {
 public:
  // fields: those that this PC types into each report.
  Pc(std::string agent, std::string data, std::vector<std::string> fields);
  ~Pc();

  void start_typing(std::uint64_t seed);
  void stop_typing();
  std::map<Field, Typed> typed() const;

  test::Outcome command(test::Command words) const;
  json::Value json_of(test::Command words) const;  // aborts unless it exits 0 with JSON

 private:
  void type(const std::stop_token& stop, std::uint64_t seed);

  const std::string agent_, data_;
  const std::vector<std::string> fields_;
  mutable std::mutex mutex_;
  std::map<Field, Typed> typed_;
  std::jthread clerk_;
};

const std::vector<std::string>& reports();  // ids

}  // namespace tram::kill_test
