// Files attached to reports, as a clerk does it.
#include <filesystem>
#include <fstream>

#include "core/base/digest.h"
#include "storage/data_folder.h"
#include "tests/agent/office_pc.h"
#include "tests/support/check.h"

namespace tram::test {
namespace {

std::string scan_of(OfficePc& pc, const std::string& name, std::size_t size) {
  std::ofstream out(pc.file(name), std::ios::binary);
  const std::string bytes(size, name[0]);
  out << bytes;
  return bytes;
}

}  // namespace

TEST_CASE("a clerk attaches a scan and a photo then replaces one and takes one off") {
  OfficePc pc;
  const std::string id = pc.out({"report", "new", "bm02", "2024Q2"});
  const std::string scan = scan_of(pc, "quyết định.pdf", 300'000);
  scan_of(pc, "site.JPG", 10);
  const std::string rev = pc.out({"report", "attach", id, "quyết định.pdf"});
  CHECK(rev.starts_with("2-"));
  CHECK(
      pc.json({"report", "attach", id, pc.file("site.JPG"), "--name", "photo 1"})["rev"].get<std::string>().starts_with(
          "3-"));
  const json::Value both = pc.json({"report", "attachments", id});
  REQUIRE(both.size() == 2);
  CHECK(both[1]["name"] == "quyết định.pdf");
  CHECK(both[1]["content_type"] == "application/pdf");
  CHECK(both[1]["length"] == 300'000);
  CHECK(both[1]["sha256"] == sha256_hex(scan));
  CHECK(both[1]["revpos"] == 2);
  CHECK(both[0]["revpos"] == 3);
  scan_of(pc, "quyết định.pdf", 20);
  pc.out({"report", "attach", id, "quyết định.pdf"});
  CHECK(pc.json({"report", "attachments", id})[1]["length"] == 20);
  pc.out({"report", "detach", id, "photo 1"});
  CHECK(pc.json({"report", "attachments", id}).size() == 1);
  CHECK(pc.exit({"report", "detach", id, "photo 1"}) == 1);
  CHECK(pc.exit({"report", "attach", id, "no such file"}) == 1);
  CHECK(pc.exit({"report", "attach", "report:bm02:2020Q1", "quyết định.pdf"}) == 1);
  CHECK(pc.exit({"report", "attach", id, "quyết định.pdf", "--name", "_x"}) == 1);
  CHECK(pc.json({"verify"})["findings"].empty());
}

TEST_CASE("figures typed and the report submitted afterwards leave its attachments alone") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  scan_of(pc, "scan.pdf", 10);
  pc.out({"report", "attach", id, "scan.pdf"});
  pc.out({"report", "set", id, "models_count=5"});
  pc.out({"report", "submit", id});
  scan_of(pc, "signed.pdf", 10);
  pc.out({"report", "attach", id, "signed.pdf"});
  CHECK(pc.json({"report", "attachments", id}).size() == 2);
  CHECK(pc.json({"report", "show", id})["state"] == "submitted");
}

TEST_CASE("a backup brings attachments back and large ones too") {
  OfficePc old;
  const std::string id = old.out({"report", "new", "bm02", "2024Q2"});
  scan_of(old, "large.pdf", 200'000);
  scan_of(old, "small.pdf", 20);
  old.out({"report", "attach", id, "large.pdf"});
  old.out({"report", "attach", id, "small.pdf"});
  old.out({"backup", "office.tram"});
  for (const bool is_new : {true, false}) {
    OfficePc fresh("vn-04-049", !is_new);
    CHECK(fresh.exit({"restore", old.file("office.tram")}) == 0);
    CHECK(fresh.json({"report", "attachments", id}).size() == 2);
    CHECK(fresh.json({"verify"})["findings"].empty());
    CHECK(file_exists(fresh.data() + "/office.db-blobs/" + sha256_hex(std::string(200'000, 'l'))));
  }
}

}  // namespace tram::test
