// tests/bench/province.h: a fresh province with one office, as its own process, for measuring against.
#pragma once

#include <memory>
#include <string>

#include "tests/support/process.h"

namespace tram::bench {

inline const std::string kOffice = "vn-56-575";

struct Province {
  std::string programs, folder, token;
  std::unique_ptr<test::Daemon> daemon;

  Province(const std::string& program_folder, const std::string& data);
  std::string database_url() const { return daemon->url() + "/office-" + kOffice; }
};

// What the province does by itself after a burst (its figure tables) is no part of the next measurement.
void wait_until_quiet(const Province& province);

}  // namespace tram::bench
