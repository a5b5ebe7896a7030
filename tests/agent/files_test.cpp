// Reports of an office as files, filled templates taken back, and finding things again.
#include <fstream>

#include "storage/data_folder.h"
#include "tests/agent/office_pc.h"
#include "tests/support/check.h"

namespace tram::test {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string saved(OfficePc& pc, const std::string& name, const std::string& text) {
  std::ofstream(pc.file(name), std::ios::binary) << text;
  return pc.file(name);
}

std::string refusal(OfficePc& pc, std::vector<std::string> words) {
  const agent::Outcome outcome = pc.run(std::move(words));
  CHECK(outcome.exit == 1);
  return outcome.err;
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a clerk finds her report by its words with and without accents") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  pc.out({"report", "set", id, "--remark", "models_count=Đã đối chiếu với phòng Nông nghiệp"});
  receive(pc, true, "guidance:1", {{"type", "guidance"}, {"abstract", "Hướng dẫn đối chiếu số liệu"}});
  json::Value hits = pc.json({"search", "da doi chieu"});
  REQUIRE(hits.size() == 1);
  CHECK(hits[0]["id"] == id);
  CHECK(hits[0]["line"] == "Đã đối chiếu với phòng Nông nghiệp");
  CHECK(pc.json({"report", "search", "đối", "chiếu"}).size() == 2);
  CHECK(pc.json({"search", "huyện quảng hòa"})[0]["id"] == id);
  CHECK(says(pc.out({"search", "khong co gi"}), "nothing found"));
  pc.out({"report", "delete", id});
  hits = pc.json({"search", "doi chieu"});
  REQUIRE(hits.size() == 1);
  CHECK(hits[0]["from"] == "reference");
}

TEST_CASE("a report leaves as workbook and CSV and page and DHIS2 data") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  CHECK(pc.run({"report", "export", id}).exit == 2);
  CHECK(pc.out({"report", "export", id, "--out", "a.xlsx"}) == pc.file("a.xlsx"));
  CHECK(must(read_file(pc.file("a.xlsx"))).starts_with("PK"));
  CHECK(says(pc.out({"report", "export", id, "--format", "csv"}), "tasks_applied_count,"));
  CHECK(says(pc.out({"report", "export", id, "--format", "csv", "--separator", ";"}), "tasks_applied_count;"));
  CHECK(says(pc.out({"report", "print", id}), "Cộng hòa xã hội chủ nghĩa Việt Nam"));
  const agent::Outcome dhis2 = pc.run({"report", "export", id, "--format", "dhis2"});
  CHECK(must(json::parse_object(dhis2.out))["orgUnit"] == "VN-04-049");
  CHECK(says(dhis2.err, "in DHIS2"));
  CHECK(must(json::parse_object(pc.out({"report", "export", id, "--format", "json"})))["_id"] == id);
  CHECK(pc.exit({"report", "export", "report:bm02:2023Q1", "--format", "csv"}) == 1);
}

TEST_CASE("a template is filled and looked at and taken over as a whole") {
  OfficePc pc;
  const std::string blank = pc.out({"report", "template", "bm02", "2024Q2", "--format", "csv", "--separator", ";"});
  std::string filled =
      replaced(blank, "tasks_new_count;Nhiệm vụ mới trong kỳ;", "tasks_new_count;Nhiệm vụ mới trong kỳ;1.200");
  const std::string file = saved(pc, "filled.csv", filled);
  const json::Value shown = pc.json({"report", "import", file, "--dry-run"});
  CHECK(shown["new"] == true);
  CHECK(shown["rev"].is_null());
  REQUIRE(shown["changes"].size() == 1);
  CHECK(shown["changes"][0]["after"] == 1200);
  CHECK_FALSE(shown["changes"][0].contains("before"));
  CHECK(pc.json({"report", "list"}).empty());

  CHECK(says(pc.out({"report", "import", file}), "1 thay đổi (changes), 0 lỗi (problems)"));
  CHECK(pc.json({"report", "show", "report:bm02:2024Q2"})["values"]["tasks_new_count"] == 1200);
  const std::size_t writes = pc.json({"ledger"}).size();
  CHECK(says(pc.out({"report", "import", file}), "0 thay đổi (changes)"));
  CHECK(pc.json({"ledger"}).size() == writes);
}

TEST_CASE("a file with one bad cell changes nothing and names the cell") {
  OfficePc pc;
  const std::string blank = pc.out({"report", "template", "bm02", "2024Q2", "--format", "csv", "--separator", ";"});
  std::string filled =
      replaced(blank, "tasks_new_count;Nhiệm vụ mới trong kỳ;", "tasks_new_count;Nhiệm vụ mới trong kỳ;trên 5");
  filled = replaced(filled, "tasks_provincial_count;Nhiệm vụ cấp tỉnh;", "tasks_provincial_count;Nhiệm vụ cấp tỉnh;2");
  const std::string file = saved(pc, "bad.csv", filled);
  const std::string why = refusal(pc, {"report", "import", file});
  CHECK(says(why, "line "));
  CHECK(says(why, "comparison"));
  CHECK(pc.json({"report", "list"}).empty());
  const agent::Outcome dry = pc.run({"report", "import", file, "--dry-run", "--json"});
  CHECK(dry.exit == 1);
  CHECK(must(json::parse_object(dry.out))["problems"][0]["code"] == "comparison_not_a_value");
}

TEST_CASE("a workbook of another office or period or of nothing is refused") {
  OfficePc pc, other("vn-04-047");
  pc.out({"report", "template", "bm02", "2024Q2", "--out", pc.file("t.xlsx")});
  CHECK(says(refusal(other, {"report", "import", pc.file("t.xlsx")}), "vn-04-049"));
  CHECK(says(refusal(pc, {"report", "import", pc.file("t.xlsx"), "report:bm02:2024Q1"}), "2024Q2"));
  CHECK(says(refusal(pc, {"report", "import", saved(pc, "x.csv", "a;b\n1;2\n")}), "report import FILE ID"));
  CHECK(says(refusal(pc, {"report", "import", saved(pc, "x.csv", "a;b\n1;2\n"), "report:bm02:2024Q2"}), "template"));
  CHECK(says(refusal(pc, {"report", "import", saved(pc, "x.xlsx", "PK\x03\x04junk")}), "XLSX"));
  CHECK(pc.exit({"report", "import", pc.file("none.csv")}) == 1);
  CHECK(pc.json({"report", "list"}).empty());
}

TEST_CASE("a report changed after the template was taken asks for a merge and keeps both changes") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  std::string file = pc.out({"report", "export", id, "--format", "csv", "--separator", ";"});
  pc.out({"report", "set", id, "models_count=9"});
  const std::string path = saved(pc, "late.csv", replaced(file, "tasks_applied_count;", "tasks_applied_count;"));
  CHECK(says(refusal(pc, {"report", "import", path}), "--merge"));
  const std::string line = "\r\ntasks_applied_count;";
  const auto value = file.find(";12;", file.find(line));
  const std::string mine = saved(pc, "mine.csv", file.replace(value, 4, ";13;"));
  pc.out({"report", "import", mine, "--merge"});
  const json::Value shown = pc.json({"report", "show", id});
  CHECK(shown["values"]["tasks_applied_count"] == 13);
  CHECK(shown["values"]["models_count"] == 9);
}

TEST_CASE("a report that the province holds takes no file") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  const std::string file = saved(pc, "a.csv", pc.out({"report", "export", id, "--format", "csv"}));
  pc.out({"report", "submit", id});
  json::Value body = pc.json({"report", "show", id});
  const std::string digest = body["submission"]["digest"].get<std::string>();
  for (auto it = body.begin(); it != body.end();) {
    const bool derived = it.key().starts_with('_') || it.key() == "state" || it.key() == "findings" ||
                         it.key() == "fate" || it.key() == "conflicts" || it.key() == "conflict" ||
                         it.key() == "changed_since" || it.key() == "awaiting_leader" || it.key() == "withdrawal_asked";
    it = derived ? body.erase(it) : std::next(it);
  }
  body["review"] = {{"of", digest}, {"verdict", "approved"}, {"by", "minh.nv"}, {"at", "2024-06-20T08:00:00+07:00"}};
  receive(pc, false, id, body);
  CHECK_FALSE(refusal(pc, {"report", "import", file, id}).empty());
}

}  // namespace tram::test
