#include "agent/commands.h"

#include <unistd.h>

#include <array>
#include <filesystem>

namespace tram::agent {

std::string absolute(const Caller& caller, const std::string& file) {
  return (std::filesystem::path(caller.folder) / file).lexically_normal().string();
}

Author author_of(const CommandLine& line, const Caller& caller) {
  std::array<char, 256> name{};
  const bool known = ::gethostname(name.data(), name.size() - 1) == 0;
  return Author{line.by.empty() ? caller.user : line.by, known ? std::string(name.data()) : ""};
}

Outcome execute(Office& office, const CommandLine& line, const Caller& caller) {
  for (const auto group : {execute_report, execute_files, execute_line, execute_downward, execute_upkeep}) {
    if (MaybeOutcome done = group(office, line, caller)) {
      return done->ok() ? std::move(**done) : failed(done->error());
    }
  }
  return failed(error(ErrorCode::usage, "'" + line.verb + "' is no command on an open office"));
}

}  // namespace tram::agent
