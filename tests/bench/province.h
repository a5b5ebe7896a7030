// tests/bench/province.h: a fresh province with two offices, as its own process, for measuring against.
#pragma once

#include <memory>
#include <string>

#include "tests/bench/offices.h"
#include "tests/support/process.h"

namespace tram::bench {

struct Account {
  NamedOffice office;
  std::string token;
  std::string id() const { return office.id; }
  std::string database() const { return "office-" + id(); }
};

struct Province {
  std::string programs, folder;
  Account office, neighbour;  // the one that is measured, and one whose work warms up both programs
  std::unique_ptr<test::Daemon> daemon;

  Province(const std::string& program_folder, const std::string& data);
  std::string url_of(const Account& account) const { return daemon->url() + "/" + account.database(); }

 private:
  Account add(const NamedOffice& added) const;
};

// What the province does by itself after a burst (its figure tables) is no part of the next measurement.
void wait_until_quiet(const Province& province);

}  // namespace tram::bench
