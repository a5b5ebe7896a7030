// I2: after any crash a store is what it was after one of its commits, and not before the last one that was answered.
#include <map>

#include "tests/sim/world.h"

namespace tram::sim {
namespace {

class Prefix final : public Checker {
 public:
  void opened(World& world, const Opened& opened) override {
    Log& log = logs_[opened.name];
    const SimDisk::Untouched untouched(opened.disk);
    if (log.forget) log = {};
    log.disk = &opened.disk;
    check(world, opened, log);
    note(opened.store, log, 0);
    opened.store.on_change([this, name = opened.name, store = &opened.store] {
      Log& mine = logs_[name];
      const SimDisk::Untouched looking(*mine.disk);
      note(*store, mine, mine.answered);
    });
  }

  void going_back(World&, const std::string& machine) override {
    for (auto& [name, log] : logs_) {
      if (name.starts_with(machine + "/")) log.forget = true;
    }
  }

 private:
  struct Log {
    std::map<std::uint64_t, std::pair<std::string, std::string>> at;  // sequence: document, its tree
    std::uint64_t answered = 0;                                       // the last commit that was answered
    bool forget = false;
    SimDisk* disk = nullptr;
  };

  static Result<std::vector<Record>> read(Store& store, std::uint64_t since) {
    std::vector<Record> records;
    RETURN_IF_ERROR(store.read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(records, snapshot.changes(since, UINT64_MAX >> 1, SIZE_MAX >> 1));
      return {};
    }));
    return records;
  }

  static void note(Store& store, Log& log, std::uint64_t since) {
    const auto records = read(store, since);
    if (!records) return;
    if (since == 0) log.at.clear();
    log.answered = store.sequence();
    for (const Record& record : *records) {
      // While the outcome of a commit is not known the file may show it, and a power cut may still take it.
      if (record.seq <= log.answered) log.at[record.seq] = {record.id, print_tree(record.tree)};
    }
  }

  static void check(World& world, const Opened& opened, const Log& log) {
    if (log.answered == 0 || opened.disk.is_dead()) return;  // it failed again at once
    const auto found = [&](const std::string& what) { world.trace.found("prefix", opened.name + " " + what); };
    if (const Status sound = opened.store.quick_check(); !sound.ok()) return found(sound.error().message);
    const auto records = read(opened.store, 0);
    if (!records) return found("cannot be read: " + records.error().message);
    if (opened.store.sequence() < log.answered) {
      return found("is at " + std::to_string(opened.store.sequence()) + ", and " + std::to_string(log.answered) +
                   " was answered");
    }
    std::map<std::string, std::uint64_t> now;
    for (const Record& record : *records) {
      now[record.id] = record.seq;
      if (record.seq > log.answered) continue;
      const auto then = log.at.find(record.seq);
      if (then == log.at.end() || then->second != std::pair(record.id, print_tree(record.tree))) {
        found("has another " + record.id + " at " + std::to_string(record.seq));
      }
    }
    std::map<std::string, std::uint64_t> then;
    for (const auto& [seq, document] : log.at) then[document.first] = seq;
    for (const auto& [id, seq] : then) {
      if (!now.contains(id) || now[id] < seq) found("lost " + id + " at " + std::to_string(seq));
    }
  }

  std::map<std::string, Log> logs_;
};

}  // namespace

std::unique_ptr<Checker> prefix() { return std::make_unique<Prefix>(); }

}  // namespace tram::sim
