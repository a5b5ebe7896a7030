// The simulator's command line; ./dev sim calls it.
#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/log.h"
#include "tests/sim/world.h"

namespace tram::sim {
namespace {

struct Arguments {
  std::uint64_t from = 1, to = 1;
  int steps = 400;
  bool verbose = false;
  std::vector<std::uint64_t> listed;  // instead of from and to
  bool first = false;                 // stop at the first seed that fails, and do not look for fewer steps
  bool quick = false;                 // each seed once, and no look for fewer steps
};

struct Outcome {
  std::uint64_t hash = 0;
  std::vector<std::string> findings;
  std::map<std::string, std::uint64_t> reached;
};

Outcome run_once(std::uint64_t seed, int steps, bool verbose) {
  World world({seed, steps, verbose, false});
  world.run();
  return {world.trace.hash(), world.trace.findings(), world.trace.reached()};
}

bool fails(std::uint64_t seed, int steps) { return !run_once(seed, steps, false).findings.empty(); }

// Fewer steps, as long as it still fails.
int shrink(std::uint64_t seed, int steps) {
  int low = 0, high = steps;
  while (high - low > 1) {
    const int middle = low + (high - low) / 2;
    (fails(seed, middle) ? high : low) = middle;
  }
  return high;
}

bool run_seed(std::uint64_t seed, const Arguments& arguments, std::map<std::string, std::uint64_t>& reached) {
  const Outcome first = run_once(seed, arguments.steps, arguments.verbose);
  const Outcome second = arguments.quick ? first : run_once(seed, arguments.steps, false);
  for (const auto& [name, count] : first.reached) reached[name] += count;
  if (first.hash != second.hash) {
    std::printf("seed %llu is not deterministic\n", static_cast<unsigned long long>(seed));
    return false;
  }
  if (first.findings.empty()) return true;
  const int steps =
      arguments.verbose || arguments.first || arguments.quick ? arguments.steps : shrink(seed, arguments.steps);
  std::printf("seed %llu failed; again: ./dev sim --seed %llu --steps %d --verbose\n",
              static_cast<unsigned long long>(seed), static_cast<unsigned long long>(seed), steps);
  for (const std::string& finding : first.findings) std::printf("  %s\n", finding.c_str());
  return false;
}

std::uint64_t number(std::string_view text) { return std::strtoull(std::string(text).c_str(), nullptr, 10); }

bool parse(int argc, char** argv, Arguments& arguments) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const std::string_view value = i + 1 < argc ? argv[i + 1] : "";
    if (word == "--verbose") {
      arguments.verbose = true;
      continue;
    }
    if (word == "--first") {
      arguments.first = true;
      continue;
    }
    if (word == "--quick") {
      arguments.quick = true;
      continue;
    }
    ++i;
    if (word == "--seed") {
      arguments.from = arguments.to = number(value);
    } else if (word == "--seeds") {
      const auto dots = value.find("..");
      if (dots == std::string_view::npos) return false;
      arguments.from = number(value.substr(0, dots));
      arguments.to = number(value.substr(dots + 2));
    } else if (word == "--list") {
      std::ifstream file{std::string(value)};
      for (std::string line; std::getline(file, line);) {
        if (!line.empty() && line[0] != '#') arguments.listed.push_back(number(line));
      }
      if (arguments.listed.empty()) return false;
    } else if (word == "--steps") {
      arguments.steps = static_cast<int>(number(value));
    } else {
      return false;
    }
  }
  return arguments.from <= arguments.to;
}

int main(int argc, char** argv) {
  log::set_level(log::Level::error);
  // The images of disks are given back and asked for all the time: not to the system.
  mallopt(M_MMAP_THRESHOLD, 64 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  Arguments arguments;
  if (!parse(argc, argv, arguments)) {
    std::printf("sim [--seed N | --seeds FROM..TO | --list FILE] [--steps M] [--verbose] [--first] [--quick]\n");
    return 2;
  }
  std::map<std::string, std::uint64_t> reached;
  std::uint64_t failed = 0;
  std::vector<std::uint64_t> seeds = arguments.listed;
  if (seeds.empty()) {
    for (std::uint64_t seed = arguments.from; seed <= arguments.to; ++seed) seeds.push_back(seed);
  }
  for (const std::uint64_t seed : seeds) {
    if (!run_seed(seed, arguments, reached)) ++failed;
    std::fflush(stdout);
    if (arguments.first && failed > 0) break;
  }
  std::printf("%llu seeds of %d steps, %llu failed\n", static_cast<unsigned long long>(seeds.size()), arguments.steps,
              static_cast<unsigned long long>(failed));
  for (const auto& [name, count] : reached) {
    std::printf("  %-40s %llu\n", name.c_str(), static_cast<unsigned long long>(count));
  }
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace tram::sim

int main(int argc, char** argv) { return tram::sim::main(argc, argv); }
