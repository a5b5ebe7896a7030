// The commands of tram-server, with and without a server on the folder.
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "server/settings.h"
#include "storage/data_folder.h"
#include "tests/server/served_province.h"

using namespace tram;
using namespace tram::test;

namespace {

http::Outcome types(std::vector<std::string> arguments, Clock& clock, Random& random) {
  const ServerParsed parsed = parse_server_line(arguments);
  if (parsed.answer) return *parsed.answer;
  if (parsed.line.verb == "init") return init_command(Typed{parsed.line, "/"}, clock, random);
  return run_command(parsed.line, {arguments, "/", "test"}, clock, random);
}

std::string last_line(const std::string& text) {
  const auto end = text.find_last_not_of('\n');
  return text.substr(text.rfind('\n', end) + 1, end - text.rfind('\n', end));
}

}  // namespace

TEST_CASE("init makes a province once and prints the administrator's password last") {
  TempFolder temp;
  SystemClock clock;
  SystemRandom random;
  const std::string data = temp.file("d");
  const auto made =
      types({"init", "--data", data, "--province", "Cao Bằng", "--reference", TRAM_SOURCE_FOLDER "/reference"}, clock,
            random);
  REQUIRE(made.exit == 0);
  CHECK(last_line(made.out).starts_with("admin "));
  const auto province = must(Province::open(data, {&clock, &random}));
  CHECK(must(province->accounts().check("admin", last_line(made.out).substr(6), "127.0.0.1")).admin);
  const auto again = types({"init", "--data", data, "--province", "Cao Bằng"}, clock, random);
  CHECK(again.exit == 1);
  CHECK(again.err.find("already") != std::string::npos);
}

TEST_CASE("init takes the password from a file and never prints it") {
  TempFolder temp;
  SystemClock clock;
  SystemRandom random;
  std::ofstream(temp.file("pw")) << kAdminPassword << "\n";
  const auto made =
      types({"init", "--data", temp.file("d"), "--province", "Cao Bằng", "--admin-password-file", temp.file("pw")},
            clock, random);
  REQUIRE(made.exit == 0);
  CHECK(made.out.find(kAdminPassword) == std::string::npos);
  const auto province = must(Province::open(temp.file("d"), {&clock, &random}));
  CHECK(must(province->accounts().check("admin", kAdminPassword, "127.0.0.1")).admin);
}

TEST_CASE("wrong usage is 2, a folder without a province is 1, and each says one line") {
  TempFolder temp;
  SystemClock clock;
  SystemRandom random;
  for (const std::vector<std::string>& line :
       {std::vector<std::string>{"dance"}, {}, {"status"}, {"consolidate", "--data", "x"}, {"office", "--data", "x"}}) {
    const auto outcome = types(line, clock, random);
    CHECK(outcome.exit == 2);
    CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
  }
  const auto nowhere = types({"status", "--data", temp.file("nowhere")}, clock, random);
  CHECK(nowhere.exit == 1);
  CHECK(nowhere.err.find("init") != std::string::npos);
  CHECK(types({"--version"}, clock, random).out.starts_with("tram-server "));
  CHECK(types({"--help"}, clock, random).exit == 0);
}

TEST_CASE("a folder written by a newer program is left alone") {
  TestProvince province;
  province.close();
  std::ofstream(province.folder() + "/server.json") << "{\"format\":99,\"name\":\"x\"}";
  SystemClock clock;
  SystemRandom random;
  CHECK(types({"status", "--data", province.folder()}, clock, random).exit == 78);
}

TEST_CASE("a command works alike with and without a running server") {
  ServedProvince province;
  const std::string token = province.token_of_new_office("vn-04-049");
  CHECK(token.size() == 64);
  const auto running = province.types({"office", "list", "--json"});
  const auto status = must(json::parse(province.types({"status", "--json"}).out));
  CHECK(status["running"] == true);
  CHECK(status["offices"][0]["slug"] == "vn-04-049");
  province.stop();
  const auto alone = province.types({"office", "list", "--json"});
  CHECK(running.exit == 0);
  CHECK(alone.out == running.out);
  CHECK(must(json::parse(province.types({"status", "--json"}).out))["running"] == false);
}

TEST_CASE("an office is named by its unit where nobody names it") {
  ServedProvince province;
  CHECK(province.types({"office", "add", "--unit", "049"}).out.starts_with("vn-04-049: Huyện Quảng Hòa"));
  CHECK(province.types({"office", "add", "vn-04-049"}).exit == 1);
  CHECK(province.types({"office", "add", "Vn 04"}).exit == 1);
  CHECK(province.types({"office", "add"}).exit == 2);
  CHECK(province.types({"office", "add", "x", "--unit", "99999"}).exit == 1);
  const auto listed = must(json::parse(province.types({"office", "list", "--json"}).out));
  REQUIRE(listed.size() == 1);
  CHECK(listed[0]["unit"] == "049");
  CHECK(province.types({"office", "token", "vn-04-047"}).exit == 1);
}

TEST_CASE("passwd gives a new password at once to a running server") {
  ServedProvince province;
  REQUIRE(province.ask("GET", "/_all_dbs", province.admin()).status == 200);
  const auto changed = province.types({"passwd", "admin"});
  REQUIRE(changed.exit == 0);
  CHECK(last_line(changed.out).starts_with("admin "));
  CHECK(province.ask("GET", "/_all_dbs", province.admin()).status == 401);
  CHECK(province.types({"passwd", "nobody"}).exit == 1);
}

TEST_CASE("consolidate prints what is text and wants a file for a workbook") {
  ServedProvince province;
  province.token_of_new_office("vn-04-049");
  const std::vector<std::string> base = {"consolidate", "--form", "bm09", "--period", "2024S1", "--format"};
  const auto with = [&](const std::string& format) {
    auto line = base;
    line.push_back(format);
    return province.types(line);
  };
  const auto run = must(json::parse(with("json").out));
  for (const char* member :
       {"form", "period", "scenario", "kind", "values", "rows", "differences", "conflicts", "sources"}) {
    CHECK(run.contains(member));
  }
  CHECK(run["values"]["rad_facilities_count"]["n_expected"] == 1);
  CHECK(
      with("csv").out.starts_with("\xEF\xBB\xBF"
                                  "field,"));
  CHECK(with("table").exit == 0);
  CHECK(with("xlsx").exit == 2);
  CHECK(with("dhis2").exit == 0);
  CHECK(with("pdf").exit == 2);
  auto to_file = base;
  to_file.insert(to_file.end(), {"json", "--out", province.data() + "/run.json"});
  CHECK(province.types(to_file).out.empty());
  CHECK(file_exists(province.data() + "/run.json"));
}

TEST_CASE("a backup restores a running province, and a token that was replaced stays replaced") {
  ServedProvince province;
  const std::string first = province.token_of_new_office("vn-04-049");
  REQUIRE(province.ask("PUT", "/office-vn-04-049/note:1", "Bearer " + first, "{\"x\":1}").status == 201);
  const std::string file = province.data() + ".backup";
  REQUIRE(province.types({"backup", file}).exit == 0);
  const std::string second = last_line(province.types({"office", "token", "vn-04-049"}).out);
  REQUIRE(province.ask("PUT", "/office-vn-04-049/note:2", "Bearer " + second, "{\"x\":2}").status == 201);
  const std::string later = province.token_of_new_office("vn-04-047");
  const auto before = must(json::parse(province.ask("GET", "/office-vn-04-049", "Bearer " + second).body));

  const auto restored = province.types({"restore", file});
  REQUIRE(restored.exit == 0);
  CHECK(province.ask("GET", "/office-vn-04-049/note:1", "Bearer " + second).status == 200);
  CHECK(province.ask("GET", "/office-vn-04-049/note:2", "Bearer " + second).status == 404);
  CHECK(province.ask("GET", "/office-vn-04-049", "Bearer " + first).status == 401);
  CHECK(province.ask("GET", "/office-vn-04-047", "Bearer " + later).status == 200);
  const auto after = must(json::parse(province.ask("GET", "/office-vn-04-049", "Bearer " + second).body));
  CHECK(after["instance_start_time"] != before["instance_start_time"]);
  CHECK(after["tram"]["db_uuid"] == before["tram"]["db_uuid"]);
  CHECK(province.types({"verify"}).exit == 0);
}

TEST_CASE("a backup restores into a folder that was never there, and damage is noticed before anything is moved") {
  ServedProvince province;
  const std::string token = province.token_of_new_office("vn-04-049");
  const std::string file = province.data() + ".backup", fresh = province.data() + "-fresh";
  REQUIRE(province.types({"backup", file}).exit == 0);
  REQUIRE(types({"restore", file, "--data", fresh}, province.clock, province.random).exit == 0);
  const auto copy = must(Province::open(fresh, {&province.clock, &province.random}));
  CHECK(copy->uuid() == must(province.daemon().province())->uuid());
  CHECK(copy->registry().office_by_token(token).has_value());

  std::string bytes = must(read_file(file));
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  must(write_file(file, bytes));
  CHECK(province.types({"restore", file}).exit == 1);
  CHECK(province.types({"restore", province.data() + "/server.json"}).exit == 1);
  CHECK(province.ask("GET", "/office-vn-04-049", "Bearer " + token).status == 200);
}

TEST_CASE("the doctor finds a sound province sound") {
  ServedProvince province;
  const auto outcome = province.types({"doctor", "--json"});
  CHECK(outcome.exit == 0);
  CHECK(must(json::parse(outcome.out)).is_array());
}

TEST_CASE("a folder that cannot be written is 1 with a reason") {
  if (::geteuid() == 0) return;  // root writes everywhere
  TempFolder temp;
  SystemClock clock;
  SystemRandom random;
  ::chmod(temp.path().c_str(), 0500);
  const auto outcome = types({"init", "--data", temp.file("d"), "--province", "X"}, clock, random);
  ::chmod(temp.path().c_str(), 0700);
  CHECK(outcome.exit == 1);
  CHECK_FALSE(outcome.err.empty());
}

TEST_CASE("the configuration names what it does not know") {
  TempFolder temp;
  const auto reads = [&](const std::string& text) {
    std::ofstream(temp.file("c.toml")) << text;
    return read_server_settings(temp.file("c.toml"));
  };
  const ServerSettings settings = must(reads("listen = \"0.0.0.0:80\"\nworkers = 8\nlog_level = \"debug\"\n"));
  CHECK(settings.listen() == "0.0.0.0:80");
  CHECK(settings.workers == 8);
  CHECK(reads("colour = 1").error().code == ErrorCode::usage);
  CHECK(reads("listen = \"here\"").error().code == ErrorCode::usage);
  CHECK(reads("listen =").error().code == ErrorCode::usage);
  CHECK(must(reads("[tls]\ncertificate = \"a\"\nkey = \"b\"\n")).tls_key == "b");
  CHECK(reads("[tls]\ncertificate = \"a\"\n").error().message.find("both") != std::string::npos);
  CHECK(reads("[tls]\ncertificat = \"a\"\nkey = \"b\"\n").error().message.find("tls.certificat") != std::string::npos);
}
