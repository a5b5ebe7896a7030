#include "agent/cli.h"
#include "tests/support/catch.h"

namespace tram::test {

using agent::parse_command_line;
using agent::Parsed;

namespace {

int exit_of(const std::vector<std::string>& words) {
  const Parsed parsed = parse_command_line(words);
  return parsed.answer ? parsed.answer->exit : -1;  // -1: a command to be done
}

}  // namespace

TEST_CASE("the data directory may stand before or behind the command") {
  for (const auto& words : {std::vector<std::string>{"--data", "/d", "report", "show", "report:bm02:2024Q2"},
                            std::vector<std::string>{"report", "show", "report:bm02:2024Q2", "--data", "/d"},
                            std::vector<std::string>{"report", "show", "--data=/d", "report:bm02:2024Q2"}}) {
    const Parsed parsed = parse_command_line(words);
    REQUIRE_FALSE(parsed.answer);
    CHECK(parsed.line.verb == "report show");
    CHECK(parsed.line.data == "/d");
    CHECK(parsed.line.id == "report:bm02:2024Q2");
  }
}

TEST_CASE("fields and remarks of one command are told apart, whatever their order") {
  const Parsed parsed =
      parse_command_line({"report", "set", "report:bm02:2024Q2", "a=1", "--remark", "a=Đã đối chiếu", "b=-2.5", "c=x=y",
                          "d=", "--remark", "b=khoảng", "--approx", "b", "--data", "/d"});
  REQUIRE_FALSE(parsed.answer);
  CHECK(parsed.line.fields == std::vector<std::string>{"a=1", "b=-2.5", "c=x=y", "d="});
  CHECK(parsed.line.remarks == std::vector<std::string>{"a=Đã đối chiếu", "b=khoảng"});
  CHECK(parsed.line.approx == std::vector<std::string>{"b"});
}

TEST_CASE("decisions take one revision, or several values") {
  const Parsed keep = parse_command_line({"conflicts", "resolve", "x", "--keep", "3-abc", "--data", "/d"});
  REQUIRE_FALSE(keep.answer);
  CHECK(keep.line.verb == "conflicts resolve");
  CHECK(keep.line.keep == "3-abc");
  const Parsed set = parse_command_line({"conflicts", "resolve", "x", "--set", "a=1", "b=2", "--data", "/d"});
  REQUIRE_FALSE(set.answer);
  CHECK(set.line.fields == std::vector<std::string>{"a=1", "b=2"});
  CHECK(exit_of({"conflicts", "--json", "--data", "/d"}) == -1);
}

TEST_CASE("wrong usage ends with exit code 2 and one line") {
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"--data", "/d"},
      {"status"},
      {"nonsense", "--data", "/d"},
      {"report", "--data", "/d"},
      {"report", "new", "bm02", "--data", "/d"},
      {"report", "set", "x", "--data", "/d"},
      {"report", "set", "x", "novalue", "--data", "/d"},
      {"report", "set", "x", "=1", "--data", "/d"},
      {"report", "show", "x", "y", "--data", "/d"},
      {"report", "row", "x", "s", "--delete", "--data", "/d"},
      {"conflicts", "resolve", "x", "--data", "/d"},
      {"conflicts", "resolve", "x", "--keep", "1-a", "--set", "a=1", "--data", "/d"},
      {"init", "--data", "/d"},
      {"backup", "--data", "/d"},
      {"status", "--unknown", "--data", "/d"},
      {"report", "show", "\xff", "--data", "/d"}};
  for (const auto& words : wrong) {
    const Parsed parsed = parse_command_line(words);
    INFO((words.empty() ? "nothing" : words.front()));
    REQUIRE(parsed.answer);
    CHECK(parsed.answer->exit == 2);
    CHECK(parsed.answer->out.empty());
    CHECK(parsed.answer->err.find('\n') == parsed.answer->err.size() - 1);
  }
}

TEST_CASE("help and version need no data directory") {
  CHECK(exit_of({"--version"}) == 0);
  CHECK(exit_of({"--help"}) == 0);
  CHECK(exit_of({"report", "set", "--help"}) == 0);
  CHECK(parse_command_line({"--version"}).answer->out.starts_with("tram-agent "));
}

}  // namespace tram::test
