#include "tests/agent/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "core/base/result.h"
#include "core/base/system.h"
#include "tests/support/catch.h"

extern char** environ;

namespace tram::test {
namespace {

constexpr std::int64_t kDeadlineMs = 60'000;

struct Pipe {
  Pipe() { CHECK(::pipe2(ends.data(), O_CLOEXEC) == 0); }
  std::array<int, 2> ends{};
};

pid_t spawn(const std::vector<std::string>& words, int out, int err) {
  std::vector<char*> argv = {const_cast<char*>(TRAM_AGENT_PROGRAM)};
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  if (err >= 0) posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  pid_t process = -1;
  const int failed = ::posix_spawn(&process, TRAM_AGENT_PROGRAM, &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  REQUIRE(failed == 0);
  return process;
}

int wait_for(pid_t process) {
  int status = 0;
  ::waitpid(process, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// Adds what can be read; false at the end, or when nothing came in time.
bool read_some(int from, std::string& into, std::int64_t wait_ms) {
  pollfd ready{from, POLLIN, 0};
  if (::poll(&ready, 1, static_cast<int>(wait_ms)) <= 0) return false;
  std::array<char, 4096> part{};
  const ssize_t size = ::read(from, part.data(), part.size());
  if (size > 0) into.append(part.data(), static_cast<std::size_t>(size));
  return size > 0;
}

}  // namespace

http::Outcome run_program(const std::vector<std::string>& words) {
  Pipe out, err;
  const pid_t process = spawn(words, out.ends[1], err.ends[1]);
  ::close(out.ends[1]);
  ::close(err.ends[1]);
  http::Outcome outcome;
  SystemClock clock;
  const std::int64_t end_ms = clock.steady_ms() + kDeadlineMs;
  while (read_some(out.ends[0], outcome.out, end_ms - clock.steady_ms())) {
  }
  while (read_some(err.ends[0], outcome.err, end_ms - clock.steady_ms())) {
  }
  if (clock.steady_ms() >= end_ms) ::kill(process, SIGKILL);
  outcome.exit = wait_for(process);
  ::close(out.ends[0]);
  ::close(err.ends[0]);
  return outcome;
}

Daemon::Daemon(const std::string& data, std::vector<std::string> more) {
  std::vector<std::string> words = {"run", "--data", data, "--listen", "127.0.0.1:0"};
  words.insert(words.end(), more.begin(), more.end());
  Pipe out;
  process_ = spawn(words, out.ends[1], -1);
  ::close(out.ends[1]);
  output_ = out.ends[0];
  std::string said;
  while (said.find('\n') == std::string::npos && read_some(output_, said, kDeadlineMs)) {
  }
  constexpr std::string_view kReady = "listening on ";
  REQUIRE(said.starts_with(kReady));
  address_ = said.substr(kReady.size(), said.find('\n') - kReady.size());
}

Daemon::~Daemon() {
  if (process_ > 0) stop(SIGKILL);
  ::close(output_);
}

int Daemon::stop(int signal) {
  ::kill(process_, signal);
  return wait_for(std::exchange(process_, -1));
}

}  // namespace tram::test
