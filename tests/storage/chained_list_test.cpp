// A list that can only grow, and what happens to who tries otherwise.
#include "storage/chained_list.h"

#include "core/base/digest.h"
#include "storage/sqlite.h"
#include "tests/support/check.h"
#include "tests/support/temp_folder.h"

using namespace tram;
using namespace tram::test;

namespace {

std::unique_ptr<Connection> behind_its_back(const std::string& path) {
  return must(Connection::open(path, Connection::Role::writer, "", 512));
}

}  // namespace

TEST_CASE("rows stay in order, each chained to the one before, and are there after opening again") {
  const TempFolder temp;
  const std::string path = temp.file("list.db");
  {
    const auto list = must(ChainedList::open(path, sha256_hex));
    CHECK(must(list->verify()).rows == 0);
    const auto first = must(list->append("one"));
    CHECK(first.n == 1);
    CHECK(first.hash == sha256_hex(std::string(64, '0') + "one"));
    CHECK(must(list->append("two")).hash == sha256_hex(first.hash + "two"));
  }
  const auto list = must(ChainedList::open(path, sha256_hex));
  CHECK(must(list->append("three")).n == 3);
  const auto rows = must(list->newest(0, 2));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].text == "three");
  CHECK(rows[1].text == "two");
  CHECK(must(list->newest(2, 9)).size() == 1);
  const auto verified = must(list->verify());
  CHECK(verified.rows == 3);
  CHECK(verified.head == rows[0].hash);
  CHECK_FALSE(verified.bad_row);
}

TEST_CASE("the file itself refuses to change or remove a row") {
  const TempFolder temp;
  const auto list = must(ChainedList::open(temp.file("list.db"), sha256_hex));
  must(list->append("one"));
  const auto other = behind_its_back(temp.file("list.db"));
  CHECK_FALSE(other->run("UPDATE chain SET text='two'").ok());
  CHECK_FALSE(other->run("DELETE FROM chain").ok());
  CHECK(must(list->newest(0, 9)).size() == 1);
}

TEST_CASE("a row that was altered, removed or put in between is named") {
  const TempFolder temp;
  const std::string path = temp.file("list.db");
  const auto list = must(ChainedList::open(path, sha256_hex));
  for (const char* text : {"one", "two", "three", "four"}) must(list->append(text));
  const auto other = behind_its_back(path);
  must(other->script("DROP TRIGGER chain_keeps; DROP TRIGGER chain_holds; UPDATE chain SET text='zwei' WHERE n=2"));
  CHECK(must(list->verify()).bad_row == 2);
  must(other->script("UPDATE chain SET text='two' WHERE n=2; DELETE FROM chain WHERE n=3"));
  CHECK(must(list->verify()).bad_row == 3);
  CHECK(must(list->verify()).rows == 2);
}
