// tram-bench: measures storing and synchronising on this machine, prints a table, writes it as JSON. What it takes: kUsage.
// Figures and how to read them: docs/benchmarks.md. Everything happens in one run, so that ratios can be trusted.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "core/base/memory.h"
#include "storage/data_folder.h"
#include "tests/bench/consolidate_runs.h"
#include "tests/bench/figures.h"
#include "tests/bench/office_runs.h"
#include "tests/bench/peer_runs.h"
#include "tests/bench/raw_sqlite.h"
#include "tests/bench/report.h"
#include "tests/bench/stopwatch.h"
#include "tests/bench/store_runs.h"

namespace {

using namespace tram;
using namespace tram::bench;

constexpr const char* kUsage =
    "tram-bench [OUT.json [PART [OFFICES]]]\n"
    "\n"
    "Measures storing and synchronising, prints a table and writes it into OUT.json (build/bench.json).\n"
    "PART: offices, consolidate (of so many OFFICES), peers; transfer (sends and fetches in bulk alone). All but the\n"
    "last without one.\n";

bool is_part(std::string_view name) {
  return name == "offices" || name == "consolidate" || name == "peers" || name == "transfer";
}

constexpr int kOffices = 700;  // about as many as a large province has

template <typename Work>
double microseconds(const Work& work) {
  const Stopwatch time;
  work();
  return time.seconds() * 1e6;
}

bench::Figures local_runs(const std::string& folder) {
  Rounds raw_bulk, raw_single, save_bulk_rounds, save_single;
  for (int round = 0; round < kRounds; ++round) {
    const std::string here = folder + "/local" + std::to_string(round);
    std::filesystem::create_directories(here);
    Tools tools;
    const auto store = tools.store(here + "/store.db");  // first, for it sets up SQLite as both programs do
    RawTable raw(here + "/raw.db");
    raw_bulk.add(kDocuments / raw.bulk());
    save_bulk_rounds.add(kDocuments / save_bulk(*store));
    // By turns: what a commit takes changes with the disk from moment to moment.
    Rounds raw_ones, saved_ones;
    for (int n = 0; n < kSingles; ++n) {
      const std::string id = report_id(n * 37), body = report_body(n * 37, 1);
      raw_ones.add(microseconds([&] { raw.put_one(id, body); }));
      saved_ones.add(microseconds([&] { save_one(*store, id, body); }));
    }
    raw_single.add(raw_ones.median());
    save_single.add(saved_ones.median());
    std::filesystem::remove_all(here);
  }
  return {{"raw_sqlite_bulk_docs_s", raw_bulk.median()},
          {"raw_sqlite_commit_us", raw_single.median()},
          {"save_bulk_docs_s", save_bulk_rounds.median()},
          {"save_one_us", save_single.median()}};
}

}  // namespace

int main(int argc, char** argv) {
  const bool help = argc > 1 && (std::string_view(argv[1]) == "--help" || std::string_view(argv[1]) == "-h");
  if (help || (argc > 1 && argv[1][0] == '-') || (argc > 2 && !is_part(argv[2]))) {
    std::fputs(kUsage, help ? stdout : stderr);
    return help ? 0 : 2;
  }
  keep_freed_memory(2);  // this process is the office: as tram-agent does
  const std::string programs = std::filesystem::canonical("/proc/self/exe").parent_path();
  const std::string out = argc > 1 ? argv[1] : "build/bench.json";
  const std::string only = argc > 2 ? argv[2] : "";
  std::filesystem::create_directories(std::filesystem::absolute(out).parent_path());
  const std::string folder = std::filesystem::absolute(out + ".work");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);

  bench::Figures figures;
  if (only.empty() || only == "consolidate") {  // first, for it forks while this process is still small
    const int offices = argc > 3 ? static_cast<int>(std::strtol(argv[3], nullptr, 10)) : kOffices;
    std::fprintf(stderr, "a province of %d offices ...\n", offices);
    figures.merge(consolidate_runs(folder + "/consolidate", offices));
  }
  if (only.empty() || only == "offices") {
    std::fprintf(stderr, "saving on this disk ...\n");
    figures.merge(local_runs(folder));
    std::fprintf(stderr, "an office and its province ...\n");
    figures.merge(office_runs(programs, folder));
  }
  if (only == "transfer") figures.merge(transfer_runs(programs, folder));
  if (only.empty() || only == "peers") {
    std::fprintf(stderr, "others at the province ...\n");
    figures.merge(peer_runs(programs, folder, TRAM_SOURCE_FOLDER "/build/npm/node_modules"));
  }
  std::filesystem::remove_all(folder);

  std::string text = "{\n";
  for (const auto& [name, value] : figures) {
    std::printf("%-28s %14.1f\n", name.c_str(), value);
    char line[128];
    std::snprintf(line, sizeof line, "%s  \"%s\": %.3f", text.size() > 2 ? ",\n" : "", name.c_str(), value);
    text += line;
  }
  text += "\n}\n";
  return write_file(out, text, 0644).ok() ? 0 : 1;
}
