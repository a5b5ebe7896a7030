// tests/sim/swarm.h: which faults there are in the world of one seed, and how often.
//
// First it is drawn whether a fault exists at all, then its rate: worlds with few kinds of trouble find what a world with
// all of them hides. In thousandths, of requests or of steps.
#pragma once

#include "tests/sim/sim_line.h"
#include "tests/sim/trace.h"

namespace tram::sim {

struct Swarm {
  LineFaults line;
  unsigned partition = 0;                    // of steps: a link goes down or up
  unsigned nested = 0;                       // of ends of requests: the world acts
  unsigned power = 0, io = 0, full = 0;      // of steps
  unsigned harm = 0;                         // percent of unsynced writes that a power cut harms
  unsigned restart = 0;                      // of steps: a program ends and starts
  unsigned clock = 0;                        // of steps: a clock jumps
  unsigned back = 0, province_back = 0;      // of steps: a machine is set back to a copy
  unsigned clone = 0, revoke = 0, late = 0;  // of steps
  unsigned refusals = 0;                     // of new documents: the province will refuse it
  bool long_history = false;                 // a note was changed a thousand times already
  bool province_merges = true;
  int offices = 1;
  bool two_pcs = false;

  static Swarm draw(Dice& dice);
};

inline Swarm Swarm::draw(Dice& dice) {
  const auto rate = [&](unsigned most) -> unsigned {
    return dice.below(2) == 0 ? 0 : static_cast<unsigned>(1 + dice.below(most));
  };
  Swarm swarm;
  swarm.line = {rate(300), rate(300), rate(200), rate(50), rate(100), rate(100), rate(50), rate(50), rate(50)};
  swarm.partition = rate(30);
  swarm.nested = rate(200);
  swarm.power = rate(50);
  swarm.io = rate(50);
  swarm.full = rate(30);
  swarm.harm = dice.below(4) == 0 ? 0 : static_cast<unsigned>(dice.below(101));
  swarm.restart = rate(30);
  swarm.clock = rate(50);
  swarm.back = rate(25);
  swarm.province_back = rate(25);
  swarm.clone = rate(20);
  swarm.revoke = rate(10);
  swarm.late = rate(50);
  swarm.refusals = rate(200);
  swarm.offices = 1 + static_cast<int>(dice.below(3));
  swarm.long_history = dice.below(8) == 0;
  swarm.two_pcs = dice.below(3) != 0;
  swarm.province_merges = dice.below(3) != 0;
  return swarm;
}

}  // namespace tram::sim
