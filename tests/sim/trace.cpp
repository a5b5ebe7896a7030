#include "tests/sim/trace.h"

#include <cstdio>

namespace tram::sim {

void Trace::say(std::string_view line) {
  for (const char c : line) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  hash_ = (hash_ ^ '\n') * 1099511628211ULL;
  if (verbose_) std::printf("%4d  %.*s\n", step_, static_cast<int>(line.size()), line.data());
}

void Trace::found(std::string_view checker, std::string_view what) {
  std::string finding = std::string(checker) + ": " + std::string(what);
  say("FOUND " + finding);
  findings_.push_back("step " + std::to_string(step_) + ": " + std::move(finding));
}

}  // namespace tram::sim
