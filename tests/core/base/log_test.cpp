#include "core/base/log.h"

#include "tests/support/catch.h"

namespace tram {

TEST_CASE("F49: an event is one line whatever stands in its values") {
  CHECK(log::logfmt("sync.push", {{"documents", "3"}, {"reason", "line cut"}}) ==
        R"(sync.push documents=3 reason="line cut")");
  CHECK(log::logfmt("x", {{"name", "a\nlevel=error"}, {"empty", ""}}) == R"(x name="a\nlevel=error" empty="")");
  CHECK(log::logfmt("x", {{"quote", "say \"đ\""}}) == "x quote=\"say \\\"đ\\\"\"");
}

}  // namespace tram
