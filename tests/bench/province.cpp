#include "tests/bench/province.h"

#include "core/base/result.h"
#include "core/base/system.h"

namespace tram::bench {

using test::output_of;

Province::Province(const std::string& program_folder, const std::string& data)
    : programs(program_folder), folder(data) {
  output_of({programs + "/tram-server", "init", "--province", "Khánh Hòa", "--data", folder});
  office = add(kOffice);
  neighbour = add(kNeighbour);
  daemon = std::make_unique<test::Daemon>(
      test::Command{programs + "/tram-server", "run", "--data", folder, "--listen", "127.0.0.1:0"});
}

Account Province::add(const NamedOffice& added) const {
  const std::string told =
      output_of({programs + "/tram-server", "office", "add", added.id, "--name", added.name, "--data", folder});
  return {added, test::last_line(told)};
}

void wait_until_quiet(const Province& province) {
  SystemClock clock;
  const std::int64_t deadline = clock.steady_ms() + 120'000;
  for (double before = -1, now = 0; now - before > 0.02;) {
    before = now;
    clock.sleep_ms(1000, {});
    now = test::cpu_seconds(province.daemon->pid());
    CHECK(clock.steady_ms() < deadline);
  }
}

}  // namespace tram::bench
