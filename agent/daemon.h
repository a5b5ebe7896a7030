// agent/daemon.h: `tram-agent run`: keeps an office's data folder open, its page served on this PC, its line to the
// province busy, and does the commands typed meanwhile (http/control.h).
//
// Threads: http (one for sockets, two workers), commands (eight), sync (one), main (waits for a signal).
#pragma once

#include "agent/answer.h"
#include "agent/cli.h"
#include "core/base/clock.h"
#include "core/base/random.h"

namespace tram::agent {

// Runs until SIGTERM or SIGINT; prints `listening on http://HOST:PORT` on standard output when ready. Exit codes: 0
// stopped; 1 (port in use, disk); 2 (configuration); 75 (another agent runs here, at once); 78 (newer schema).
Outcome run_daemon(const CommandLine& line, Clock& clock, Random& random);

// A command on a folder, by the daemon that holds it or alone; waits up to 10 s for others.
Outcome run_command(const CommandLine& line, const http::Command& command, Clock& clock, Random& random);

}  // namespace tram::agent
