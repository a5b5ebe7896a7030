#include "agent/service.h"

#include <systemd/sd-daemon.h>

#include <csignal>
#include <ctime>
#include <initializer_list>

namespace tram::agent::service {
namespace {

constexpr std::int64_t kUpkeepMs = 60'000;

sigset_t ending() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  return set;
}

}  // namespace

void ready() { sd_notify(0, "READY=1"); }
void stopping() { sd_notify(0, "STOPPING=1"); }
void alive() { sd_notify(0, "WATCHDOG=1"); }

std::int64_t alive_every_ms() {
  std::uint64_t usec = 0;
  return sd_watchdog_enabled(0, &usec) > 0 ? static_cast<std::int64_t>(usec / 2000) : 0;
}

void hold_signals() {
  const sigset_t set = ending();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void wait_for_signal(const std::function<void()>& upkeep) {
  const sigset_t set = ending();
  const std::int64_t every_ms = alive_every_ms();
  const std::int64_t ms = every_ms > 0 ? every_ms : kUpkeepMs;
  timespec pause{1, 0};
  while (sigtimedwait(&set, nullptr, &pause) <= 0) {
    pause = {static_cast<time_t>(ms / 1000), static_cast<long>(ms % 1000) * 1'000'000};
    if (upkeep) upkeep();
    if (every_ms > 0) alive();
  }
}

}  // namespace tram::agent::service
