#include "server/cli.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <sstream>

#include "install_paths.h"

namespace tram {
namespace {

class Parser {
 public:
  explicit Parser(ServerLine& line) : line_(line) {
    app_.fallthrough();
    app_.require_subcommand(0, 1);
    app_.add_option("--data", line_.data, "thư mục dữ liệu (data directory)")->type_name("DIR");
    app_.add_flag("--version", version_, "phiên bản (version)");
    add_setup();
    add_offices();
    add_consolidate();
    add_upkeep();
  }

  CLI::App& app() { return app_; }
  bool version() const { return version_; }

  std::string verb() const {
    std::string words;
    for (const CLI::App* at = &app_; !at->get_subcommands().empty();) {
      at = at->get_subcommands().front();
      words += (words.empty() ? "" : " ") + at->get_name();
    }
    return words;
  }

 private:
  static CLI::App* verb_of(CLI::App& parent, const char* name, const char* about) {
    CLI::App* verb = parent.add_subcommand(name, about);
    verb->fallthrough();
    return verb;
  }
  void take_json(CLI::App* verb) { verb->add_flag("--json", line_.json, "một giá trị JSON (one JSON value)"); }

  void add_setup() {
    CLI::App* init = verb_of(app_, "init", "tạo thư mục dữ liệu của tỉnh (makes a province's data directory)");
    init->add_option("--province", line_.province, "tên tỉnh (name of the province)")->required()->type_name("NAME");
    init->add_option("--reference", line_.reference, "biểu mẫu, đơn vị… (forms, units…; default: the set shipped)")
        ->type_name("DIR");
    init->add_option("--admin-password-file", line_.password_file, "mật khẩu quản trị (the administrator's password)")
        ->type_name("FILE");
    CLI::App* run = verb_of(app_, "run", "chạy máy chủ (serves until SIGTERM)");
    run->add_option("--listen", line_.listen, "mặc định 127.0.0.1:8645 (default 127.0.0.1:8645)")
        ->type_name("HOST:PORT");
    run->add_option("--config", line_.config, "tệp cấu hình TOML (configuration)")->type_name("FILE");
  }

  void add_offices() {
    CLI::App* office = verb_of(app_, "office", "đơn vị báo cáo (offices)");
    office->require_subcommand(1, 1);
    CLI::App* add = verb_of(*office, "add", "thêm đơn vị, in mã truy cập (adds one, prints its token)");
    add->add_option("SLUG", line_.slug, "ví dụ vn-04-049; mặc định theo --unit (default: from --unit)");
    add->add_option("--name", line_.name, "tên; mặc định: tên đơn vị hành chính (default: the unit's)")
        ->type_name("NAME");
    add->add_option("--unit", line_.unit, "mã đơn vị hành chính (code of its unit)")->type_name("CODE");
    take_json(verb_of(*office, "list", "liệt kê (lists them)"));
    CLI::App* token = verb_of(*office, "token", "mã truy cập mới; mã cũ hết hiệu lực (a new token; the old one ends)");
    token->add_option("SLUG", line_.slug)->required();
  }

  void add_consolidate() {
    CLI::App* verb = verb_of(app_, "consolidate", "tổng hợp một biểu một kỳ (one form and period of all offices)");
    verb->add_option("--form", line_.form, "mã biểu (form)")->required()->type_name("CODE");
    verb->add_option("--period", line_.period, "kỳ, ví dụ 2024Q2 (period)")->required()->type_name("ID");
    verb->add_option("--scenario", line_.scenario, "ACTUAL, ESTIMATE, PLAN");
    verb->add_flag("--official", line_.official, "chỉ báo cáo đã duyệt (approved and locked reports only)");
    verb->add_option("--as-of", line_.as_of, "như đã biết lúc đó (as known then)")->type_name("TIME");
    verb->add_option("--format", line_.format, "table, csv, json, xlsx, html, dhis2, dhis2-csv")
        ->check(CLI::IsMember({"table", "csv", "json", "xlsx", "html", "dhis2", "dhis2-csv"}));
    verb->add_option("--separator", line_.separator, "của CSV (of CSV): , ;")->check(CLI::IsMember({",", ";"}));
    verb->add_option("--out", line_.out, "ghi vào tệp (writes there)")->type_name("FILE");
  }

  void add_upkeep() {
    CLI::App* search = verb_of(app_, "search", "tìm, có dấu hoặc không dấu (search, with or without accents)");
    search->add_option("TEXT", line_.words, "từ cần tìm (words)")->required();
    take_json(search);
    take_json(verb_of(app_, "status", "tình trạng máy chủ và từng đơn vị (the server and each office)"));
    take_json(verb_of(app_, "doctor", "kiểm tra máy và dữ liệu (looks for trouble)"));
    take_json(verb_of(app_, "verify", "kiểm tra toàn bộ dữ liệu (checks every stored byte)"));
    verb_of(app_, "backup", "sao lưu vào một tệp (copies everything into one file)")
        ->add_option("FILE", line_.file)
        ->required();
    verb_of(app_, "restore", "phục hồi từ bản sao lưu (puts a backup back)")
        ->add_option("FILE", line_.file)
        ->required();
    CLI::App* passwd = verb_of(app_, "passwd", "mật khẩu mới (a new password)");
    passwd->add_option("USER", line_.user)->required();
    passwd->add_option("--password-file", line_.password_file, "lấy từ tệp (takes it from a file)")->type_name("FILE");
  }

  ServerLine& line_;
  CLI::App app_{"Trạm: máy chủ của tỉnh (the province's server)", "tram-server"};
  bool version_ = false;
};

http::Outcome wrong_usage(const std::string& what) {
  return {2, {}, "tram-server: " + what + "; see tram-server --help\n"};
}

}  // namespace

ServerParsed parse_server_line(const std::vector<std::string>& arguments) {
  ServerParsed parsed;
  Parser parser(parsed.line);
  // CLI11 takes the arguments in reverse, and tells everything, even --help, by exceptions.
  try {
    parser.app().parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& found) {
    std::ostringstream out, err;
    const int code = parser.app().exit(found, out, err);
    if (code == 0)
      parsed.answer = http::Outcome{0, out.str(), {}};
    else
      parsed.answer = wrong_usage(found.what());
    return parsed;
  }
  parsed.line.verb = parser.verb();
  if (parser.version())
    parsed.answer = http::Outcome{0, "tram-server " + std::string(kVersion) + "\n", {}};
  else if (parsed.line.verb.empty())
    parsed.answer = wrong_usage("no command");
  else if (parsed.line.data.empty())
    parsed.answer = wrong_usage("--data DIR is missing");
  return parsed;
}

}  // namespace tram
