#include "storage/archive.h"

#include <filesystem>

#include "storage/data_folder.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"
#include "tests/support/temp_folder.h"

namespace tram {
namespace {

using test::must;

}  // namespace

TEST_CASE("a backup set comes back file by file as it was") {
  const test::TempFolder folder;
  must(write_file(folder.file("one"), std::string(700'000, 'x')));
  must(write_file(folder.file("two"), ""));
  must(pack_archive(folder.file("set.tram"), {{"office.db", folder.file("one")}, {"agent.json", folder.file("two")}},
                    json::Value{{"office", "vn-56-575"}}));
  std::filesystem::create_directory(folder.file("out"));
  const Unpacked unpacked = must(unpack_archive(folder.file("set.tram"), folder.file("out")));
  CHECK(unpacked.about["office"] == "vn-56-575");
  CHECK(unpacked.names == std::vector<std::string>{"office.db", "agent.json"});
  CHECK(must(read_file(folder.file("out/office.db"))) == std::string(700'000, 'x'));
}

TEST_CASE("a backup set that was cut or changed is refused with its name") {
  const test::TempFolder folder;
  must(write_file(folder.file("one"), std::string(10'000, 'x')));
  must(pack_archive(folder.file("set.tram"), {{"office.db", folder.file("one")}}, json::Value::object()));
  const std::string whole = must(read_file(folder.file("set.tram")));

  std::string changed = whole;
  changed[changed.find("xxxx") + 100] = 'y';
  const std::string cut = whole.substr(0, 5000);
  int n = 0;
  for (const std::string& bytes : {changed, cut, std::string("not an archive at all"), std::string()}) {
    must(write_file(folder.file("bad.tram"), bytes));
    const std::string out = folder.file("out" + std::to_string(n++));
    std::filesystem::create_directory(out);
    const auto result = unpack_archive(folder.file("bad.tram"), out);
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().code == ErrorCode::corrupt);
  }
  const auto missing = unpack_archive(folder.file("nowhere"), folder.path());
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().code == ErrorCode::not_found);
}

}  // namespace tram
