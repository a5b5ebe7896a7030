// tram-bench: measures storing and synchronising on this machine, prints a table, writes it as JSON. What it takes: kUsage.
// Figures and how to read them: docs/benchmarks.md. Everything happens in one run, so that ratios can be trusted.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
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
    "PART: consolidate (of so many OFFICES), speed (saving, sending and fetching, PouchDB), offices (memory, edits),\n"
    "peers (long polls); transfer (sends and fetches in bulk alone). All but the last without one.\n";

bool is_part(std::string_view name) {
  static const std::set<std::string_view> kParts = {"consolidate", "speed", "offices", "peers", "transfer"};
  return kParts.contains(name);
}

constexpr int kOffices = 700;  // about as many as a large province has

template <typename Work>
double microseconds(const Work& work) {
  const Stopwatch time;
  work();
  return time.seconds() * 1e6;
}

void local_round(const std::string& folder, NamedRounds& rounds) {
  Tools tools;
  const auto store = tools.store(folder + "/store.db");  // first, for it sets up SQLite as both programs do
  save_bulk(*tools.store(folder + "/warm-up-store.db"));
  RawTable(folder + "/warm-up-raw.db").bulk();
  RawTable raw(folder + "/raw.db");
  rounds["raw_sqlite_bulk_docs_s"].add(kDocuments / raw.bulk());
  rounds["save_bulk_docs_s"].add(kDocuments / save_bulk(*store));
  // By turns: what a commit takes changes with the disk from moment to moment.
  Rounds raw_ones, saved_ones;
  for (int n = 0; n < kSingles; ++n) {
    const std::string id = report_id(n * 37), body = report_body(n * 37, 1);
    const auto put_raw = [&] { raw_ones.add(microseconds([&] { raw.put_one(id, body); })); };
    if (n % 2 == 0) put_raw();
    saved_ones.add(microseconds([&] { save_one(*store, id, body); }));
    if (n % 2 == 1) put_raw();
  }
  rounds["raw_sqlite_commit_us"].add(raw_ones.median());
  rounds["save_one_us"].add(saved_ones.median());
}

// Everything that is held against something else, one after the other in each round: a machine that has more to do for a
// while slows down all of it.
bench::Figures speed_runs(const std::string& programs, const std::string& folder, bool only_transfer) {
  NamedRounds rounds;
  for (int round = 0; round < kRounds; ++round) {
    const std::string here = folder + "/round" + std::to_string(round);
    std::filesystem::create_directories(here);
    if (!only_transfer) local_round(here, rounds);
    transfer_round(programs, here, rounds);
    if (!only_transfer) pouchdb_round(programs, here, rounds);
    std::filesystem::remove_all(here);
  }
  return rounds.medians();
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
  if (only.empty() || only == "speed" || only == "transfer") {
    std::fprintf(stderr, "saving, sending and fetching, here and by PouchDB ...\n");
    figures.merge(speed_runs(programs, folder, only == "transfer"));
  }
  if (only.empty() || only == "offices") {
    std::fprintf(stderr, "an office and its province ...\n");
    std::filesystem::create_directories(folder + "/offices");
    figures.merge(office_runs(programs, folder + "/offices"));
  }
  if (only.empty() || only == "peers") {
    std::fprintf(stderr, "others at the province ...\n");
    std::filesystem::create_directories(folder + "/peers");
    figures.merge(peer_runs(programs, folder + "/peers"));
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
