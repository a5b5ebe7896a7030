#include "storage/migrate.h"

#include "storage/data_folder.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"
#include "tests/support/temp_folder.h"

namespace tram {
namespace {

using test::must;

constexpr const char* kMade = "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (7)";
constexpr const char* kGrown = "CREATE TABLE b (y INTEGER) STRICT; INSERT INTO b SELECT x + 1 FROM a";
constexpr const char* kBroken = "CREATE TABLE c (z INTEGER) STRICT; INSERT INTO nowhere VALUES (1)";

struct OldFile {
  test::TempFolder folder;
  std::string path = folder.file("office.db");

  std::unique_ptr<Connection> open(const std::string& which) {
    return must(Connection::open(which, Connection::Role::writer, "", 512));
  }
  std::unique_ptr<Connection> made() {
    auto connection = open(path);
    const char* const first[] = {kMade};
    must(migrate(*connection, path, 0, first));
    return connection;
  }
};

}  // namespace

TEST_CASE("a file of an older program grows to the present schema and its copy stays beside it") {
  OldFile file;
  const auto connection = file.made();
  CHECK(must(connection->scalar("PRAGMA user_version")) == "1");
  CHECK_FALSE(file_exists(file.path + ".schema-0"));  // there was nothing to copy
  const char* const steps[] = {kMade, kGrown};
  must(migrate(*connection, file.path, 1, steps));
  CHECK(must(connection->scalar("PRAGMA user_version")) == "2");
  CHECK(must(connection->scalar("SELECT y FROM b")) == "8");
  const auto copy = file.open(file.path + ".schema-1");
  CHECK(must(copy->scalar("PRAGMA user_version")) == "1");
  CHECK(must(copy->scalar("SELECT x FROM a")) == "7");
}

TEST_CASE("F15: a migration that fails at any step leaves the old schema whole") {
  OldFile file;
  const auto connection = file.made();
  const char* const steps[] = {kMade, kGrown, kBroken};
  CHECK_FALSE(migrate(*connection, file.path, 1, steps).ok());
  CHECK_FALSE(connection->in_transaction());
  CHECK(must(connection->scalar("PRAGMA user_version")) == "1");
  CHECK(must(connection->scalar("SELECT group_concat(name) FROM sqlite_schema")) == "a");
  // And so does one that could not copy the file first.
  const std::string nowhere = file.folder.file("no/such/folder/office.db");
  const char* const good[] = {kMade, kGrown};
  CHECK_FALSE(migrate(*connection, nowhere, 1, good).ok());
  CHECK(must(connection->scalar("PRAGMA user_version")) == "1");
}

}  // namespace tram
