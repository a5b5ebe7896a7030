// tests/support/process.h: programs run as people run them, and what the kernel says of them.
//
// Everything started here is ended here: a Daemon with its destructor. Any thread, one thread an object.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tram::test {

using Command = std::vector<std::string>;

struct Outcome {
  int exit = -1;  // 128 + n: ended by signal n
  std::string out, err;
};

// Runs a command to its end, killed after `seconds_max`.
Outcome run(const Command& command, int seconds_max = 60);
// As run, but aborts with what it said unless it exits 0; answers its standard output.
std::string output_of(const Command& command);
std::string last_line(const std::string& text);

// A program in the background: started and waited for until it prints its "listening on" line; aborts if it does not.
class Daemon {
 public:
  explicit Daemon(const Command& command);
  ~Daemon();  // SIGTERM, then waits
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  pid_t pid() const { return pid_; }
  const std::string& url() const { return url_; }
  void kill();  // kill -9, as a power cut
  int stop();   // SIGTERM; its exit code
  bool running() const { return pid_ > 0; }

 private:
  int wait();
  pid_t pid_ = -1;
  std::string url_;
};

// The kernel's figures of a process (/proc/PID/status), in kB.
std::int64_t rss_kb(pid_t pid);
std::int64_t rss_peak_kb(pid_t pid);
double cpu_seconds(pid_t pid);  // user and system, of all its threads

}  // namespace tram::test
