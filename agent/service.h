// agent/service.h: what the program tells the service manager (systemd), if there is one; and the signals that end it.
#pragma once

#include <cstdint>
#include <functional>

namespace tram::agent::service {

void ready();
void stopping();
void alive();
// How often alive() is expected, halved; 0: never.
std::int64_t alive_every_ms();

// Blocks SIGTERM, SIGINT and SIGHUP for this thread and all it starts later, and ignores SIGPIPE. Before any thread.
void hold_signals();
// Waits for one of them; does the upkeep after a second and then every minute or oftener, and calls alive() as often as expected.
void wait_for_signal(const std::function<void()>& upkeep = {});

}  // namespace tram::agent::service
