// agent/service.h: what the program tells the service manager (systemd), if there is one; and the signals that end it.
#pragma once

#include <cstdint>

namespace tram::agent::service {

void ready();
void stopping();
void alive();
// How often alive() is expected, halved; 0: never.
std::int64_t alive_every_ms();

// Blocks SIGTERM, SIGINT and SIGHUP for this thread and all it starts later, and ignores SIGPIPE. Before any thread.
void hold_signals();
// Waits for one of them; calls alive() as often as it is expected.
void wait_for_signal();

}  // namespace tram::agent::service
