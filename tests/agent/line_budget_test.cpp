// What the line may carry in a day.
#include "agent/line_budget.h"

#include "storage/data_folder.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"
#include "tests/support/fakes.h"
#include "tests/support/temp_folder.h"

using namespace tram;
using namespace tram::test;

TEST_CASE("a line with a budget is spent until the next day, also across a restart") {
  const TempFolder folder;
  ManualClock clock;
  {
    agent::LineBudget budget(folder.path(), clock);
    CHECK_FALSE(budget.is_spent(5'000'000));
    must(budget.set_day_limit(1'000'000));
    CHECK(budget.is_spent(5'000'000));
    CHECK(budget.to_json(5'000'000)["used_today_bytes"] == 5'000'000);
    must(budget.set_day_limit(6'000'000));
    CHECK_FALSE(budget.is_spent(5'500'000));
    CHECK(budget.is_spent(6'000'000));
  }
  agent::LineBudget again(folder.path(), clock);
  CHECK(again.is_spent(0));
  CHECK(again.to_json(0)["day_limit_bytes"] == 6'000'000);
  clock.advance(24LL * 3'600'000);
  CHECK_FALSE(again.is_spent(0));
  CHECK(again.to_json(0)["used_today_bytes"] == 0);
}

TEST_CASE("a damaged file of the budget is no limit, and a new limit mends it") {
  const TempFolder folder;
  ManualClock clock;
  must(write_file(folder.path() + "/line.json", "{\"day_limit"));
  agent::LineBudget budget(folder.path(), clock);
  CHECK_FALSE(budget.is_spent(1'000'000));
  must(budget.set_day_limit(10));
  CHECK(agent::LineBudget(folder.path(), clock).to_json(0)["day_limit_bytes"] == 10);
}
