#include "tests/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>

namespace tram::test {
namespace {

[[noreturn]] void give_up(const Command& command, const std::string& why) {
  std::string line;
  for (const std::string& word : command) line += word + " ";
  std::fprintf(stderr, "%s\n%s\n", line.c_str(), why.c_str());
  std::abort();
}

struct Child {
  pid_t pid = -1;
  int out = -1, err = -1;
};

Child spawn(const Command& command, bool keep_errors) {
  int out[2], err[2];
  if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) give_up(command, "no pipe");
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) give_up(command, "no process");
  if (pid == 0) {
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, STDIN_FILENO);
    ::dup2(out[1], STDOUT_FILENO);
    ::dup2(keep_errors ? err[1] : null, STDERR_FILENO);
    ::execv(words[0], words.data());
    ::_exit(127);
  }
  ::close(out[1]);
  ::close(err[1]);
  return {pid, out[0], err[0]};
}

int exit_of(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::int64_t seconds_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec;
}

std::int64_t status_kb(pid_t pid, std::string_view name) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with(name)) return std::stoll(line.substr(name.size()));
  }
  return 0;
}

}  // namespace

Outcome run(const Command& command, int seconds_max) {
  const Child child = spawn(command, true);
  const std::int64_t deadline = seconds_now() + seconds_max;
  Outcome outcome;
  pollfd ends[2] = {{child.out, POLLIN, 0}, {child.err, POLLIN, 0}};
  std::string* const texts[2] = {&outcome.out, &outcome.err};
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    if (seconds_now() >= deadline) ::kill(child.pid, SIGKILL);
    ::poll(ends, 2, 200);
    for (int i = 0; i < 2; ++i) {
      if (ends[i].revents == 0) continue;
      char part[4096];
      const ssize_t size = ::read(ends[i].fd, part, sizeof part);
      if (size > 0) {
        texts[i]->append(part, static_cast<std::size_t>(size));
      } else {
        ends[i].fd = -1;
      }
    }
  }
  ::close(child.out);
  ::close(child.err);
  outcome.exit = exit_of(child.pid);
  return outcome;
}

std::string output_of(const Command& command) {
  const Outcome outcome = run(command, 120);
  if (outcome.exit != 0) give_up(command, "exit " + std::to_string(outcome.exit) + ": " + outcome.err);
  return outcome.out;
}

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  if (end == std::string::npos) return "";
  const std::size_t before = text.find_last_of('\n', end);
  return text.substr(before + 1, end - before);
}

Daemon::Daemon(const Command& command) {
  const Child child = spawn(command, false);
  pid_ = child.pid;
  std::string line;
  char c = 0;
  while (::read(child.out, &c, 1) == 1 && c != '\n') line += c;
  ::close(child.out);
  ::close(child.err);
  const auto at = line.find("http://");
  if (at == std::string::npos) give_up(command, "it did not start: " + line);
  url_ = line.substr(at);
}

Daemon::~Daemon() { stop(); }

int Daemon::wait() {
  const int exit = exit_of(pid_);
  pid_ = -1;
  return exit;
}

void Daemon::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  wait();
}

int Daemon::stop() {
  if (pid_ < 0) return 0;
  ::kill(pid_, SIGTERM);
  return wait();
}

std::int64_t rss_kb(pid_t pid) { return status_kb(pid, "VmRSS:"); }
std::int64_t rss_peak_kb(pid_t pid) { return status_kb(pid, "VmHWM:"); }

double cpu_seconds(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string line, field;
  std::getline(stat, line);
  std::istringstream fields(line.substr(line.rfind(')') + 1));  // the program's name may hold anything
  double ticks = 0;
  for (int n = 3; n <= 15 && fields >> field; ++n) {
    if (n >= 14) ticks += std::stod(field);  // utime, stime
  }
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace tram::test
