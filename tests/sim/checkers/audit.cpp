// I16: what concerns the audit leaves exactly one row there, of the right office; no row and no answer tells a token.
#include "tests/sim/world.h"

namespace tram::sim {
namespace {

class Audit final : public Checker {
 public:
  void answered(World& world, const Machine& machine, const Audited& answered) override {
    const http::Response& response = answered.response;
    std::string expected;
    if (response.status == 409 && response.body.find("replica_fork") != std::string::npos) {
      expected = "replica_fork " + machine.slug;
    }
    // The province was also found older by the position that a request names: that is told, and is no row.
    if (response.status == 412 && !answered.rows.empty()) expected = "history_changed " + machine.slug;
    const std::vector<std::string> rows =
        expected.empty() ? std::vector<std::string>() : std::vector<std::string>{expected};
    if (answered.rows != rows) {
      world.trace.found("audit", machine.name + " got " + std::to_string(response.status) + ", and the audit " +
                                     (answered.rows.empty() ? "nothing" : answered.rows.front()));
    }
    const std::string token = world.province->token_of(machine.slug);
    bool told = response.body.find("Bearer") != std::string::npos || response.body.find(token) != std::string::npos;
    for (const std::string& row : answered.rows) told = told || row.find(token) != std::string::npos;
    if (told) world.trace.found("audit", machine.name + " was told a token");
  }
};

}  // namespace

std::unique_ptr<Checker> audit() { return std::make_unique<Audit>(); }

}  // namespace tram::sim
