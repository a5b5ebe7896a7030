// tests/sim/checker.h: one promise that the simulation watches over; each has a file in tests/sim/checkers/.
//
// The world tells a checker what happens. A checker looks at stores through Untouched, so that looking meets no fault,
// and speaks through World::trace. One thread.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "storage/store.h"
#include "sync/syncer.h"
#include "tests/sim/machine.h"

namespace tram::sim {

class World;

// "pc-a/own.db", "province/office-a.db"
struct Opened {
  std::string name;
  SimDisk& disk;
  Store& store;
};

// What the province answered a PC, and the rows that it left in the audit.
struct Audited {
  const http::Request& request;
  const http::Response& response;
  std::vector<std::string> rows;
};

class Checker {
 public:
  virtual ~Checker() = default;
  virtual void told(World&, Machine&, const Told&) {}
  virtual void opened(World&, const Opened&) {}
  virtual void answered(World&, const Machine&, const Audited&) {}
  virtual void crashed(World&, Machine&) {}               // a PC whose power failed runs again
  virtual void going_back(World&, const std::string&) {}  // a machine's disk is about to be an older one
  virtual void went_back(World&, const std::string&) {}   // and is; the program runs if the disk allows it
  virtual void after_round(World&, Machine&, const Round&) {}
  virtual void after_step(World&) {}
  virtual void at_rest(World&) {}  // no faults, everybody has synchronised
};

using Checkers = std::vector<std::unique_ptr<Checker>>;

std::unique_ptr<Checker> saved_ledger();
std::unique_ptr<Checker> prefix();
std::unique_ptr<Checker> convergence();
std::unique_ptr<Checker> checkpoint();
std::unique_ptr<Checker> merge_once();
std::unique_ptr<Checker> scope();
std::unique_ptr<Checker> audit();
std::unique_ptr<Checker> identity();
std::unique_ptr<Checker> digests();
std::unique_ptr<Checker> budget();
std::unique_ptr<Checker> status_truth();
std::unique_ptr<Checker> consolidation();

// All of a store, one line a document: its revisions with their parents, what is deleted, the winner, the attachments of
// its leaves. Empty when it cannot be read.
std::map<std::string, std::string> print_store(SimDisk& disk, Store& store);
std::string print_tree(const RevisionTree& tree);
// Documents of which the province will not take a revision, as this PC lists them.
std::set<std::string> refused_at(Machine& machine);
bool holds(SimDisk& disk, Store& store, const std::string& id, const std::string& rev);

}  // namespace tram::sim
