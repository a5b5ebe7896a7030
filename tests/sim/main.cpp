// The simulator's command line; ./dev sim calls it.
#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/log.h"
#include "tests/sim/rare_paths.h"
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
  bool twin = false;                  // beside each seed the same world with other clocks: the same leaves
  bool lying_disks = false;
  bool all_reached = false;  // fail when a rare path was not taken
};

struct Outcome {
  std::uint64_t hash = 0;
  std::vector<std::string> findings;
  std::string leaves;
  std::map<std::string, std::uint64_t> reached;
};

Outcome run_once(const WorldOptions& options) {
  World world(options);
  world.run();
  return {world.trace.hash(), world.trace.findings(), world.outcome(), world.trace.reached()};
}

Outcome run_once(std::uint64_t seed, int steps, const Arguments& arguments) {
  const WorldOptions options{seed, steps, false, false, arguments.lying_disks};
  Outcome outcome = run_once(options);
  if (!arguments.twin) return outcome;
  WorldOptions other = options;
  other.other_clocks = true;
  Outcome twin = run_once(other);
  std::move(twin.findings.begin(), twin.findings.end(), std::back_inserter(outcome.findings));
  const auto differ =
      std::mismatch(outcome.leaves.begin(), outcome.leaves.end(), twin.leaves.begin(), twin.leaves.end()).first;
  if (outcome.leaves != twin.leaves) {
    const auto at = static_cast<std::size_t>(differ - outcome.leaves.begin());
    const std::size_t from = outcome.leaves.rfind('\n', at) + 1;
    outcome.findings.push_back("clock_twin: with other clocks other leaves come out:\n  " +
                               outcome.leaves.substr(from, 400) + "\n  " + twin.leaves.substr(from, 400));
  }
  return outcome;
}

// Fewer steps, as long as it still fails.
int shrink(std::uint64_t seed, const Arguments& arguments) {
  int low = 0, high = arguments.steps;
  while (high - low > 1) {
    const int middle = low + (high - low) / 2;
    (run_once(seed, middle, arguments).findings.empty() ? low : high) = middle;
  }
  return high;
}

bool run_seed(std::uint64_t seed, const Arguments& arguments, std::map<std::string, std::uint64_t>& reached) {
  if (arguments.verbose) (void)run_once({seed, arguments.steps, true, false, arguments.lying_disks});
  if (arguments.verbose && arguments.twin) (void)run_once({seed, arguments.steps, true, true, arguments.lying_disks});
  const Outcome first = run_once(seed, arguments.steps, arguments);
  const Outcome second = arguments.quick || arguments.twin ? first : run_once(seed, arguments.steps, arguments);
  for (const auto& [name, count] : first.reached) reached[name] += count;
  if (first.hash != second.hash) {
    std::printf("seed %llu is not deterministic\n", static_cast<unsigned long long>(seed));
    return false;
  }
  if (first.findings.empty()) return true;
  const int steps = arguments.verbose || arguments.first || arguments.quick ? arguments.steps : shrink(seed, arguments);
  std::printf("seed %llu failed; again: ./dev sim --seed %llu --steps %d%s%s --verbose\n",
              static_cast<unsigned long long>(seed), static_cast<unsigned long long>(seed), steps,
              arguments.twin ? " --twin" : "", arguments.lying_disks ? " --lying-disks" : "");
  for (const std::string& finding : first.findings) std::printf("  %s\n", finding.c_str());
  return false;
}

std::uint64_t number(std::string_view text) { return std::strtoull(std::string(text).c_str(), nullptr, 10); }

bool* flag_of(std::string_view word, Arguments& arguments) {
  if (word == "--verbose") return &arguments.verbose;
  if (word == "--first") return &arguments.first;
  if (word == "--quick") return &arguments.quick;
  if (word == "--twin") return &arguments.twin;
  if (word == "--lying-disks") return &arguments.lying_disks;
  if (word == "--all-reached") return &arguments.all_reached;
  return nullptr;
}

bool parse(int argc, char** argv, Arguments& arguments) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const std::string_view value = i + 1 < argc ? argv[i + 1] : "";
    if (bool* const flag = flag_of(word, arguments)) {
      *flag = true;
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
    std::printf(
        "sim [--seed N | --seeds FROM..TO | --list FILE] [--steps M] [--verbose] [--first] [--quick] [--twin]\n"
        "    [--lying-disks] [--all-reached]\n");
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
  if (arguments.all_reached) {
    for (const char* path : kRarePaths) {
      if (reached.contains(path)) continue;
      std::printf("no seed came to: %s\n", path);
      ++failed;
    }
  }
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace tram::sim

int main(int argc, char** argv) { return tram::sim::main(argc, argv); }
