// What people do, and when programs speak with each other.
#include "core/reports/submission.h"
#include "tests/sim/reports.h"
#include "tests/sim/world.h"

namespace tram::sim {
namespace {

const std::string kFields[] = {"a", "b", "c"};
constexpr std::uint64_t kNotes = 6, kYears = 3;

}  // namespace

void World::person(Machine& machine) {
  if (!machine.is_running()) return;
  ++counter_;
  const std::string note_id = "note:" + std::to_string(dice.below(kNotes));
  const std::string form = dice.chance(swarm.refusals) ? "bm98" : "bm09";
  const std::string period = std::to_string(2021 + dice.below(kYears));
  const std::string report = "report:" + form + ":" + period;
  const std::int64_t value = dice.below(4) == 0 ? static_cast<std::int64_t>(dice.below(3)) : counter_;
  switch (dice.below(12)) {
    case 0: note(machine, machine.create(note_id, value)); break;
    case 1: note(machine, machine.create_report(form, period, value)); break;
    case 2:
    case 3:
    case 4: note(machine, machine.change(note_id, kFields[dice.below(3)], value)); break;
    case 5: note(machine, machine.change(report, "rad_facilities_count", value)); break;
    case 6: note(machine, machine.change(report, "rad_xray_count", value)); break;
    case 7: note(machine, machine.remove(dice.below(4) == 0 ? report : note_id)); break;
    case 8: attach(machine, note_id, scan(value)); break;
    case 9: note(machine, machine.submit(report)); break;
    default: {
      const auto open = machine.documents("", true);
      if (open.empty()) {
        note(machine, machine.create(note_id, value));
      } else {
        for (const Told& told : machine.resolve(open[dice.below(open.size())], dice.next())) note(machine, told);
        trace.sometimes("conflict decided by a person");
      }
    }
  }
}

// A file of its own is a few calls of the disk: seldom does the weather meet them by itself.
void World::attach(Machine& machine, const std::string& id, const std::string& bytes) {
  if (bytes.size() > kBlobInRow && swarm.power > 0 && dice.below(4) == 0) {
    machine.disk.harm(swarm.harm);
    machine.disk.cut_power_in(1 + dice.below(8));
  }
  note(machine, machine.attach(id, "scan-" + std::to_string(dice.below(2)), bytes));
}

// One in four is large: it goes by itself, in parts.
std::string World::scan(std::int64_t value) {
  const bool large = dice.below(4) == 0;
  const std::uint64_t size = large ? 70'000 + dice.below(230'000) : dice.below(2000);
  return std::string(size, static_cast<char>('a' + value % 26));
}

// As the server's thread does; what cannot be read now waits for the next time.
void World::keep_tables() {
  const auto tables = province->figures();
  if (!tables || !(*tables)->refresh()) trace.sometimes("tables not kept up");
}

// Somebody at the province writes: a review of a report, a note.
void World::officer() {
  if (!province->is_up()) return;
  if (dice.below(2) == 0) keep_tables();
  if (!province->is_up()) return;
  const auto slugs = province->offices();
  const auto database = province->open("office-" + slugs[dice.below(slugs.size())]);
  if (!database) return;
  ++counter_;
  if (dice.below(10) == 0) {
    trace.say(province->publish_form("bm98").ok() ? "form bm98 is published" : "form bm98 is not published");
    return;
  }
  const std::string id = dice.below(2) == 0 ? "report:bm09:" + std::to_string(2021 + dice.below(kYears))
                                            : "note:" + std::to_string(dice.below(kNotes));
  const Status status = (*database)->store->write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto held, transaction.winner(id));
    if (!held) return error(ErrorCode::not_found, "not there");
    ASSIGN_OR_RETURN(json::Value body, json::parse_object(held->body));
    body["review"] = {{"n", counter_}};
    const auto saved = transaction.save(id, held->rev, false, json::print(body), held->attachments);
    if (!saved) return saved.error();
    by_people.insert(id + " " + saved->text());
    return {};
  });
  trace.say("officer " + id + (status.ok() ? " saved" : " not saved"));
}

void World::sync(Machine& machine) {
  if (machine.is_busy || !machine.is_running()) return;
  machine.is_busy = true;
  const std::uint64_t before = machine.line.requests;
  const int lives = province_lives;  // it may go back while they speak
  const Round round = machine.syncer->step();
  machine.is_busy = false;
  trace.say(machine.name + " synchronises: sent " + std::to_string(round.sent) + " refused " +
            std::to_string(round.refused) + " received " + std::to_string(round.received) + " requests " +
            std::to_string(machine.line.requests - before) + " " +
            (round.error ? std::string(round.error->what_name()) + " " + round.error->message : "well"));
  if (round.error && round.error->code == ErrorCode::replica_fork) trace.sometimes("fork seen at the end of a round");
  if (machine.disk.is_dead()) return;
  if (!round.error) life_seen[machine.name] = lives;
  for (auto& checker : checkers_) checker->after_round(*this, machine, round);
}

}  // namespace tram::sim
