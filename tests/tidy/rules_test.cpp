// Each rule is shown to fail on a small text, so that its silence about the repository means something.
#include "tests/tidy/rules.h"
#include "tests/support/catch.h"

using namespace tidy;

namespace {

int count(const Findings& findings) { return static_cast<int>(findings.size()); }

}  // namespace

TEST_CASE("comments and strings are not code") {
  CHECK(code_only("a // b\nc") == "a     \nc");
  CHECK(code_only("a /* b\n */ c") == "a     \n    c");
  CHECK(code_only(R"(f("x\"y", 'q') + 1'000)") == "f(      ,    ) + 1'000");
  CHECK(code_only("R\"x(throw \" )x\" z") == std::string(17, ' ').replace(16, 1, "z"));
}

TEST_CASE("an arrow against the picture is found") {
  CHECK(count(check_arrows({"storage/a.cpp", "#include \"core/base/result.h\"\n#include <vector>\n"})) == 0);
  CHECK(count(check_arrows({"storage/a.cpp", "#include \"http/router.h\"\n"})) == 1);
  CHECK(count(check_arrows({"core/base/a.h", "#include \"core/records/merge.h\"\n"})) == 1);
  CHECK(count(check_arrows({"agent/a.cpp", "#include \"server/offices.h\"\n"})) == 1);
  CHECK(count(check_arrows({"sync/a.cpp", "#include \"tests/support/catch.h\"\n"})) == 1);
  CHECK(count(check_arrows({"sync/a.cpp", "#include \"peer.h\"\n"})) == 1);
  CHECK(count(check_arrows({"sync/a.cpp", "#include <sync/peer.h>\n"})) == 1);
  CHECK(count(check_arrows({"core/base/a.cpp", "#include \"install_paths.h\"\n"})) == 1);
  CHECK(count(check_arrows({"tests/sync/a.cpp", "#include \"server/offices.h\"\n"})) == 0);
  CHECK(count(check_arrows({"tests/sync/a.cpp", "#include \"world.h\"\n"})) == 1);
}

TEST_CASE("a foreign header outside its fence is found") {
  const File store{"storage/sqlite.cpp", "#include <sqlite3.h>\n"};
  CHECK(count(check_fences({store, {"tests/storage/a.cpp", store.text}})) == 0);
  const File log{"storage/log_vfs.cpp", store.text};
  CHECK(count(check_fences({store, log})) == 0);
  CHECK(count(check_fences({store, log, {"storage/store.cpp", store.text}})) == 1);
  CHECK(count(check_fences({{"sync/a.cpp", store.text}})) == 1);
  CHECK(count(check_fences({{"storage/a.h", store.text}})) == 1);
  CHECK(count(check_fences({{"http/a.cpp", "#include <boost/beast/core.hpp>\n#include <boost/beast/http.hpp>\n"}})) ==
        0);
}

TEST_CASE("a header that does not say what it is or is read twice is found") {
  CHECK(count(check_header_start({"a/b.h", "// a/b.h: the b.\n#pragma once\n"})) == 0);
  CHECK(count(check_header_start({"a/b.h", "// a/b.h (inside a only): the b.\n#pragma once\n"})) == 0);
  CHECK(count(check_header_start({"a/b.h", "// the b.\n#pragma once\n"})) == 1);
  CHECK(count(check_header_start({"a/b.h", "// a/b.h: the b.\n"})) == 1);
}

TEST_CASE("time and chance taken past the seams are found") {
  CHECK(count(check_seams({"sync/a.cpp", "auto t = std::chrono::steady_clock::now();\n"})) == 1);
  CHECK(count(check_seams({"sync/a.cpp", "std::random_device seed;\n"})) == 1);
  CHECK(count(check_seams({"sync/a.cpp", "const char* home = getenv(\"HOME\");\n"})) == 1);
  CHECK(count(check_seams({"tests/sync/a.cpp", "std::this_thread::sleep_for(1s);\n"})) == 1);
  CHECK(count(check_seams({"sync/a.cpp", "auto now = time(nullptr);\n"})) == 1);
  CHECK(count(check_seams({"sync/a.cpp", "// steady_clock\nint timeout(int time); int strand(0);\n"})) == 0);
  CHECK(count(check_seams({"sync/a.cpp", "SystemClock system_clock;\n"})) == 0);
  CHECK(count(check_seams({"core/base/system.cpp", "std::chrono::system_clock::now();\n"})) == 0);
}

TEST_CASE("JSON read or printed by another parser is found") {
  CHECK(count(check_json({"sync/a.cpp", "out = value.dump();\n"})) == 1);
  CHECK(count(check_json({"sync/a.cpp", "auto v = nlohmann::json::parse(text);\n"})) == 1);
  CHECK(count(check_json({"sync/a.cpp", "auto v = json::parse(text);\n"})) == 0);
  CHECK(count(check_json({"core/base/json.cpp", "out = value.dump();\n"})) == 0);
}

TEST_CASE("a throw is found and so is the sixth file that catches") {
  CHECK(count(check_throw({"sync/a.cpp", "throw 1;\n"})) == 1);
  CHECK(count(check_throw({"sync/a.cpp", "// never throw\n"})) == 0);
  const std::string text = "try {} catch (...) {}\n";
  std::vector<File> files = {{"sync/a.cpp", text}, {"http/b.cpp", text}, {"agent/c.cpp", text},
                             {"core/d.cpp", text}, {"core/g.h", text},   {"tests/e.cpp", text}};
  CHECK(count(check_catch(files)) == 0);
  files.push_back({"server/f.cpp", text});
  CHECK(count(check_catch(files)) == 6);
}

TEST_CASE("a file that grew out of hand is found") {
  std::string text;
  for (int i = 0; i < kLinesMax; ++i) text += "//\n";
  CHECK(count(check_length({"sync/a.cpp", text})) == 0);
  CHECK(count(check_length({"sync/a.cpp", text + "//\n"})) == 1);
}

TEST_CASE("unfinished work and paths of one machine are found") {
  const auto says = [](const std::string& text) { return count(check_words({"notes/a.md", text})); };
  const std::string slash = "/";  // apart, so that this file passes its own check
  CHECK(says(std::string("TO") + "DO later") == 1);
  CHECK(says(std::string("mktemp a.XX") + "XXXX") == 0);
  CHECK(says(std::string("see ..") + slash + "shared/a.md") == 1);
  CHECK(says("cd " + slash + "work/main") == 1);
  CHECK(says("network" + slash + "work/x") == 0);
}

TEST_CASE("a document that is named but not there is found") {
  const std::string docs = std::string("docs") + "/";
  const File a{docs + "a.md", "[b](b.md) and [c](../core/c.h)"};
  const File b{docs + "b.md", ""};
  const File c{"core/c.h", "// see " + docs + "a.md, section 2"};
  CHECK(count(check_references({a, b, c})) == 0);
  CHECK(count(check_references({b, c})) == 1);
  CHECK(count(check_references({a, c})) == 1);
}
