#include <thread>

#include "core/base/system.h"
#include "tests/support/catch.h"

namespace tram {

TEST_CASE("a moment is written in UTC and as people in Viet Nam read it") {
  CHECK(utc_text(1'718'590'320'999) == "2024-06-17T02:12:00Z");
  CHECK(vietnam_text(1'718'590'320'000) == "2024-06-17T09:12:00+07:00");
  CHECK(vietnam_day(1'718'643'600'000) == "2024-06-18");
  CHECK(utc_text(-1) == "1969-12-31T23:59:59Z");
}

TEST_CASE("sleeping ends early when the program is asked to stop") {
  SystemClock clock;
  std::stop_source source;
  source.request_stop();
  CHECK_FALSE(clock.sleep_ms(3'600'000, source.get_token()));
  CHECK(clock.sleep_ms(0, std::stop_token()));
}

TEST_CASE("random draws stay below their bound and tokens have their length") {
  SystemRandom random;
  for (int i = 0; i < 100; ++i) CHECK(random.below(7) < 7);
  CHECK(random.hex(16).size() == 32);
  CHECK(random.hex(16) != random.hex(16));
}

}  // namespace tram
