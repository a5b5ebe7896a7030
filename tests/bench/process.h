// tests/bench/process.h: time, memory, and programs in the background.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/system.h"

namespace tram::bench {

class Stopwatch {
 public:
  double seconds() const { return static_cast<double>(now_ns() - start_) / 1e9; }

 private:
  static std::int64_t now_ns();
  std::int64_t start_ = now_ns();
};

// The kernel's figures of a process (/proc/PID/status), in kB.
std::int64_t rss_kb(pid_t pid);
std::int64_t rss_peak_kb(pid_t pid);

// Runs a command to its end and answers what it printed; aborts unless it exits 0.
std::string output_of(const std::vector<std::string>& command);

// A daemon: started, waited for until it prints "listening on", stopped with SIGTERM at the end.
class Daemon {
 public:
  explicit Daemon(const std::vector<std::string>& command);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  pid_t pid() const { return pid_; }
  const std::string& url() const { return url_; }

 private:
  pid_t pid_ = -1;
  std::string url_;
};

}  // namespace tram::bench
