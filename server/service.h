// server/service.h: what the server tells the service manager (systemd), if there is one; and the signals that end it.
#pragma once

#include <cstddef>

namespace tram::service {

void ready();
void stopping();

// Blocks SIGTERM, SIGINT and SIGHUP for this thread and all it starts later, ignores SIGPIPE, and takes as many
// descriptors as the system gives: each office's database needs some. Before any thread.
void prepare();
// How many this process may have open.
std::size_t descriptors_max();
// Waits for one of those signals, telling the service manager meanwhile that the program is alive.
void wait_for_signal();
// The same, from inside: the program cannot go on.
void end_program();

}  // namespace tram::service
