// tests/agent/program.h: the real tram-agent as a process of its own.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "http/control.h"

namespace tram::test {

// Runs tram-agent to its end (at most a minute, then it is killed: exit -1).
http::Outcome run_program(const std::vector<std::string>& words);

// `tram-agent run` on a free port; killed when this goes, unless it has ended.
class Daemon {
 public:
  // Waits for the line "listening on http://...", at most some seconds.
  explicit Daemon(const std::string& data, std::vector<std::string> more = {});
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon();

  const std::string& address() const { return address_; }  // "http://127.0.0.1:40123"
  int stop(int signal);  // sends it, waits for the end; the exit code, or -signal when that ended it

 private:
  pid_t process_ = -1;
  int output_ = -1;
  std::string address_;
};

}  // namespace tram::test
