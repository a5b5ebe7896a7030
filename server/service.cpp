#include "server/service.h"

#include <sys/resource.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <initializer_list>

namespace tram::service {
namespace {

constexpr std::uint64_t kLongUs = 3'600'000'000;

sigset_t ending() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  return set;
}

}  // namespace

void ready() { sd_notify(0, "READY=1"); }
void stopping() { sd_notify(0, "STOPPING=1"); }

void prepare() {
  const sigset_t set = ending();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
}

std::size_t descriptors_max() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<std::size_t>(limit.rlim_cur) : SIZE_MAX;
}

void wait_for_signal() {
  const sigset_t set = ending();
  std::uint64_t us = 0;
  const bool watched = sd_watchdog_enabled(0, &us) > 0;
  us = watched ? us / 2 : kLongUs;
  const timespec pause{static_cast<std::time_t>(us / 1'000'000), static_cast<long>(us % 1'000'000 * 1000)};
  while (sigtimedwait(&set, nullptr, &pause) < 0 && (errno == EAGAIN || errno == EINTR)) {
    if (watched) sd_notify(0, "WATCHDOG=1");
  }
}

void end_program() { ::kill(::getpid(), SIGTERM); }

}  // namespace tram::service
