// The rules of tests/tidy/rules.h, held against this repository.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "tests/support/catch.h"
#include "tests/tidy/rules.h"

using namespace tidy;
namespace fs = std::filesystem;

namespace {

const std::set<std::string> kNotOurs = {"build", ".git", ".cache", "node_modules", "LICENSE", "package-lock.json"};
const std::set<std::string> kText = {".h",    ".cpp",  ".md",  ".txt", ".cmake", ".sh",   ".in",
                                     ".json", ".ts",   ".tsx", ".css", ".html",  ".toml", ".service",
                                     ".sql",  ".yaml", ".yml", ".js",  ""};

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<File> read_repository() {
  const fs::path root = TRAM_SOURCE_DIR;
  std::vector<File> files;
  for (auto at = fs::recursive_directory_iterator(root); at != fs::recursive_directory_iterator(); ++at) {
    if (kNotOurs.contains(at->path().filename().string())) {
      if (at->is_directory()) at.disable_recursion_pending();
    } else if (at->is_regular_file() && kText.contains(at->path().extension().string())) {
      files.push_back({at->path().lexically_relative(root).generic_string(), text_of(at->path())});
    }
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.path < b.path; });
  return files;
}

const std::vector<File>& repository() {
  static const std::vector<File> files = read_repository();
  return files;
}

std::string all(Findings (*check)(const File&)) {
  std::string out;
  for (const File& file : repository()) out += print(check(file));
  return out;
}

}  // namespace

TEST_CASE("the repository is where the tests look") {
  REQUIRE(std::any_of(repository().begin(), repository().end(),
                      [](const File& file) { return file.path == "core/base/result.h"; }));
}

TEST_CASE("every include follows the arrows") { CHECK(all(check_arrows) == ""); }
TEST_CASE("every foreign header stays in its fence") { CHECK(print(check_fences(repository())) == ""); }
TEST_CASE("every header says what it is and is read once") { CHECK(all(check_header_start) == ""); }
TEST_CASE("time and chance come through the seams") { CHECK(all(check_seams) == ""); }
TEST_CASE("JSON is read and printed in one place") { CHECK(all(check_json) == ""); }
TEST_CASE("our code throws nothing") { CHECK(all(check_throw) == ""); }
TEST_CASE("few files catch") { CHECK(print(check_catch(repository())) == ""); }
TEST_CASE("no file grew out of hand") { CHECK(all(check_length) == ""); }
TEST_CASE("nothing is left undone and no machine is named") { CHECK(all(check_words) == ""); }
TEST_CASE("every trap of replication has its tests and they exist") {
  std::string tests;
  std::string traps;
  for (const File& file : repository()) {
    if (file.path == "tests/sync/traps.txt") traps = file.text;
    if (file.path.find("_test.") != std::string::npos) tests += file.text;
  }
  REQUIRE(!traps.empty());
  std::istringstream lines(traps);
  std::string trap;
  bool has_test = true;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    if (!line.starts_with("  ")) {
      CAPTURE(trap);
      CHECK(has_test);
      trap = line;
      has_test = false;
      continue;
    }
    const std::string name = line.substr(2);
    CAPTURE(trap, name);
    CHECK((tests.find("TEST_CASE(\"" + name + "\"") != std::string::npos ||
           tests.find("test('" + name + "'") != std::string::npos));
    has_test = true;
  }
  CHECK(has_test);
}

TEST_CASE("every document that is named is there") { CHECK(print(check_references(repository())) == ""); }
