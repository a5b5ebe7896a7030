// tests/sim/machine.h: a PC of an office in the simulation: its disk, clock, stores and syncer, and what people do there.
//
// What a person was told is in Told: saved, or not, or that nobody knows yet. Documents name the world's step where real
// ones name the time, so that the clock decides nothing in them. One thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "storage/store.h"
#include "sync/syncer.h"
#include "tests/sim/sim_disk.h"
#include "tests/sim/sim_line.h"
#include "tests/sim/trace.h"
#include "tests/support/fakes.h"

namespace tram::sim {

// What a person was told of one edit.
struct Told {
  std::string id, rev;
  enum class What { saved, unknown, refused } what = What::refused;
};

class Machine {
 public:
  Machine(std::string name, std::string slug, std::uint64_t seed, SimTime& time, Dice& dice, Trace& trace,
          LineHooks hooks);
  ~Machine();

  // Starts the program; false when the disk does not allow it.
  bool start();
  void stop();
  bool is_running() const { return syncer != nullptr; }

  // --- what people do; `pick` draws what and where
  Told create(const std::string& id, std::int64_t value);
  Told create_report(const std::string& form, const std::string& period, std::int64_t value);
  Told change(const std::string& id, const std::string& field, std::int64_t value);
  Told change_often(const std::string& id, int times);  // in one transaction; told of the last
  Told remove(const std::string& id);
  Told attach(const std::string& id, const std::string& name, const std::string& bytes);
  Told submit(const std::string& id);
  std::vector<Told> resolve(const std::string& id, std::uint64_t choice);
  std::vector<std::string> documents(const std::string& prefix, bool in_conflict = false);

  const std::string name, slug;
  const std::size_t rows_max;  // one of three PCs sends and fetches a few documents at a time: its runs have many pages
  std::string token;
  SimDisk disk;
  SimClock clock;
  test::SeededRandom random;
  SimLine line;
  std::unique_ptr<Store> own, reference;
  std::unique_ptr<Syncer> syncer;
  std::function<void(const std::string& store, Store& opened)> on_open;

  // The world's notes.
  bool is_busy = false;  // in a round: nothing else touches it
  bool is_clone = false;
  SimDisk::Image backup;           // a copy somebody took; empty: none
  std::optional<int> backup_life;  // of the province, that the copy knows of

 private:
  Told edit(const std::string& id, bool deleted,
            const std::function<Status(json::Value& body, std::vector<Attachment>&, Transaction&)>& work);
  static Told told(const std::string& id, const Status& status, const std::string& rev);

  SimTime& time_;
  Trace& trace_;
};

}  // namespace tram::sim
