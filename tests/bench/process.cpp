#include "tests/bench/process.h"

#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ctime>
#include <fstream>

#include "core/base/result.h"

namespace tram::bench {
namespace {

std::int64_t status_kb(pid_t pid, std::string_view name) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with(name)) return std::stoll(line.substr(name.size()));
  }
  return 0;
}

// Starts a command; its standard output comes through the descriptor.
pid_t spawn(const std::vector<std::string>& command, int& output) {
  int ends[2];
  CHECK(::pipe2(ends, O_CLOEXEC) == 0);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t pid = ::fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    const int null = ::open("/dev/null", O_WRONLY);
    ::dup2(null, STDERR_FILENO);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  output = ends[0];
  return pid;
}

}  // namespace

std::int64_t Stopwatch::now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::int64_t rss_kb(pid_t pid) { return status_kb(pid, "VmRSS:"); }
std::int64_t rss_peak_kb(pid_t pid) { return status_kb(pid, "VmHWM:"); }

std::string output_of(const std::vector<std::string>& command) {
  int output = -1;
  const pid_t pid = spawn(command, output);
  std::string text;
  char part[4096];
  for (ssize_t size = 0; (size = ::read(output, part, sizeof part)) > 0;) text.append(part, static_cast<std::size_t>(size));
  ::close(output);
  int status = 0;
  ::waitpid(pid, &status, 0);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  return text;
}

Daemon::Daemon(const std::vector<std::string>& command) {
  int output = -1;
  pid_ = spawn(command, output);
  std::string text;
  char c = 0;
  while (::read(output, &c, 1) == 1 && c != '\n') text += c;
  ::close(output);
  const auto at = text.find("http://");
  CHECK(at != std::string::npos);
  url_ = text.substr(at);
}

Daemon::~Daemon() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace tram::bench
