// tram-server: the province's program. docs/commands.md
#include <sys/stat.h>

#include <cstdio>

#include "core/base/memory.h"
#include "core/base/system.h"
#include "server/cli.h"
#include "server/daemon.h"

namespace {

using namespace tram;

http::Outcome run(const http::Command& command) {
  const ServerParsed parsed = parse_server_line(command.arguments);
  if (parsed.answer) return *parsed.answer;
  SystemClock clock;
  SystemRandom random;
  if (parsed.line.verb == "run") return run_daemon(parsed.line, clock, random);
  if (parsed.line.verb == "init") return init_command(Typed{parsed.line, command.folder}, clock, random);
  return run_command(parsed.line, command, clock, random);
}

}  // namespace

int main(int argc, char** argv) {
  ::umask(0077);
  keep_freed_memory(4);  // who reads a batch does not wait for who commits the one before
  const http::Outcome outcome = run(http::command_of(argc, argv));
  std::fwrite(outcome.err.data(), 1, outcome.err.size(), stderr);
  std::fwrite(outcome.out.data(), 1, outcome.out.size(), stdout);
  if (std::fflush(stdout) != 0 && outcome.exit == 0) {
    std::fputs("tram-server: cannot write to standard output\n", stderr);
    return 1;
  }
  return outcome.exit;
}
