// Folders that are new, copied, restored, damaged, or from the future.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "storage/data_folder.h"
#include "tests/agent/office_pc.h"
#include "tests/support/check.h"

namespace tram::test {

TEST_CASE("a backup brings an office back on a new PC, token and all") {
  OfficePc old;
  const std::string id = whole_report(old);
  const std::string file = old.file("office.tram");
  old.out({"backup", file});
  struct stat info {};
  REQUIRE(::stat(file.c_str(), &info) == 0);
  CHECK((info.st_mode & 077) == 0);

  OfficePc fresh("vn-04-049", false);
  CHECK(fresh.exit({"restore", file}) == 0);
  CHECK(fresh.json({"report", "show", id})["values"]["tasks_applied_count"] == 12);
  CHECK(fresh.json({"status"})["office"] == "vn-04-049");
  CHECK(fresh.open()->enrolment().token == "t0ken");
  CHECK(fresh.open()->own().instance_uuid() != old.open()->own().instance_uuid());
}

TEST_CASE("a restore keeps what was there before beside it") {
  OfficePc pc;
  const std::string id = pc.out({"report", "new", "bm02", "2024Q2"});
  pc.out({"backup", "before.tram"});
  CHECK(file_exists(pc.file("before.tram")));
  pc.out({"report", "set", id, "models_count=7"});
  for (int n = 1; n <= 2; ++n) {
    CHECK(pc.exit({"restore", "before.tram"}) == 0);
    CHECK(pc.json({"report", "show", id})["values"].empty());
    CHECK(file_exists(pc.data() + "/office.db.before-restore-" + std::to_string(n)));
  }
  for (const auto& entry : std::filesystem::directory_iterator(pc.data())) {
    CHECK_FALSE(entry.path().filename().string().starts_with("restore-"));
    CHECK_FALSE(entry.path().filename().string().starts_with("backup-"));
  }
}

TEST_CASE("what is no whole backup is refused, and the office stays as it was") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  pc.out({"backup", "good.tram"});
  const std::string bytes = must(read_file(pc.file("good.tram")));
  must(write_file(pc.file("cut.tram"), bytes.substr(0, bytes.size() / 2)));
  std::string changed = bytes;
  changed[changed.size() / 2] ^= 1;
  must(write_file(pc.file("changed.tram"), changed));
  must(write_file(pc.file("other.tram"), "hello"));
  for (const char* file : {"cut.tram", "changed.tram", "other.tram", "none.tram"}) {
    INFO(file);
    CHECK(pc.exit({"restore", file}) == 1);
  }
  CHECK(pc.json({"report", "list"})[0]["id"] == id);
}

TEST_CASE("stores of a newer program are left alone") {
  OfficePc pc;
  whole_report(pc);
  const std::string path = pc.data() + "/office.db";
  std::string bytes = must(read_file(path));
  bytes[63] = 99;  // user_version: a big-endian integer at offset 60 of every SQLite file
  must(write_file(path, bytes));
  CHECK(pc.exit({"report", "list"}) == 78);
  CHECK(pc.exit({"status"}) == 78);
  CHECK(must(read_file(path)) == bytes);
}

TEST_CASE("a folder is set up once, and not without knowing what it is for") {
  const std::vector<std::string> good = {"init",    "--server", "https://tinh.example/", "--office", "vn-04-049",
                                         "--token", "abc"};
  OfficePc other("vn-04-047");
  CHECK(other.exit(good) == 1);
  OfficePc fresh("", false);
  const auto with = [&](std::size_t at, const std::string& value) {
    std::vector<std::string> words = good;
    words[at] = value;
    return words;
  };
  for (const std::string server : {"", "tinh.example", "ftp://tinh.example", "https://", "https://a:b@tinh.example"}) {
    INFO(server);
    CHECK(fresh.exit(with(2, server)) == 1);
  }
  for (const std::string office : {"", "VN-04", "4-vn", "vn 04", "office_1"}) CHECK(fresh.exit(with(4, office)) == 1);
  for (const std::string token : {"", "a b", "a\nb"}) CHECK(fresh.exit(with(6, token)) == 1);
  CHECK_FALSE(file_exists(fresh.data() + "/agent.json"));
  CHECK(fresh.exit({"status"}) == 1);
  CHECK(fresh.exit(good) == 0);
  CHECK(fresh.exit(good) == 1);
  CHECK(fresh.json({"status"})["server"] == "https://tinh.example");
}

TEST_CASE("an office without a unit of its own in its name is told by --unit, or goes by the office") {
  OfficePc named("phong-kinh-te", false);
  CHECK(named.exit({"init", "--server", "http://127.0.0.1:9", "--office", "phong-kinh-te", "--token", "x", "--unit",
                    "049"}) == 0);
  CHECK(named.json({"report", "show", named.out({"report", "new", "bm02", "2024Q2"})})["unit"]["code"] == "049");
  OfficePc unknown("phong-kinh-te");
  CHECK(unknown.json({"report", "show", unknown.out({"report", "new", "bm02", "2024Q2"})})["unit"].is_null());
}

TEST_CASE("a folder that cannot be written is told in one line") {
  OfficePc pc("", false);
  must(write_file(pc.data(), "a file where the folder should be"));
  CHECK(pc.exit({"init", "--server", "http://127.0.0.1:9", "--office", "vn-04-049", "--token", "x"}) == 1);
  CHECK(pc.exit({"report", "list"}) == 1);
}

TEST_CASE("verify and doctor find nothing wrong with a sound office, and a damaged store is told") {
  OfficePc pc;
  whole_report(pc);
  const json::Value verified = pc.json({"verify"});
  CHECK(verified["findings"].empty());
  CHECK(verified["documents"] == 1);
  const json::Value examined = pc.json({"doctor"});
  CHECK(examined["findings"].empty());
  CHECK_FALSE(examined["notes"].empty());

  std::filesystem::permissions(pc.data() + "/agent.json", std::filesystem::perms(0644));
  CHECK(pc.run({"doctor"}).exit == 1);
}

}  // namespace tram::test
