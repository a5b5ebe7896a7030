// tram-agent: the office's program. docs/commands.md
#include <sys/stat.h>

#include <cstdio>

#include "agent/cli.h"
#include "agent/daemon.h"
#include "agent/setup.h"
#include "core/base/memory.h"
#include "core/base/system.h"

namespace {

using namespace tram;
using agent::Outcome;

Outcome run(const http::Command& command) {
  const agent::Parsed parsed = agent::parse_command_line(command.arguments);
  if (parsed.answer) return *parsed.answer;
  SystemClock clock;
  SystemRandom random;
  if (parsed.line.verb == "run") return agent::run_daemon(parsed.line, clock, random);
  if (parsed.line.verb == "init") {
    const Status done = agent::init(parsed.line, clock, random);
    return done.ok() ? Outcome{} : agent::failed(done.error());
  }
  return agent::run_command(parsed.line, command, clock, random);
}

}  // namespace

int main(int argc, char** argv) {
  ::umask(0077);
  keep_freed_memory(2);
  const Outcome outcome = run(http::command_of(argc, argv));
  std::fwrite(outcome.err.data(), 1, outcome.err.size(), stderr);
  std::fwrite(outcome.out.data(), 1, outcome.out.size(), stdout);
  if (std::fflush(stdout) != 0 && outcome.exit == 0) {
    std::fputs("tram-agent: cannot write to standard output\n", stderr);
    return 1;
  }
  return outcome.exit;
}
