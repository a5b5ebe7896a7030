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
    add_people();
    add_consolidate();
    add_reading();
    add_reviews();
    add_downward();
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

  void add_people() {
    CLI::App* user = verb_of(app_, "user", "người dùng của tỉnh (the province's people)");
    user->require_subcommand(1, 1);
    CLI::App* add = verb_of(*user, "add", "thêm người, in mật khẩu (adds one, prints the password)");
    take_user(add, true);
    add->add_option("--full-name", line_.name, "họ và tên (full name)")->type_name("NAME");
    add->add_option("--password-file", line_.password_file, "lấy từ tệp (takes it from a file)")->type_name("FILE");
    take_json(verb_of(*user, "list", "liệt kê (lists them)"));
    CLI::App* role = verb_of(*user, "role", "đổi vai trò; các phiên của người đó kết thúc (another role)");
    take_user(role, false);
    role->add_option("ROLE", line_.role, "viewer, officer, leader, admin")->required();
    take_user(verb_of(*user, "remove", "xóa người (removes one; the sessions end)"), false);
    CLI::App* audit = verb_of(app_, "audit", "nhật ký: ai đã làm gì (who did what)");
    audit->require_subcommand(1, 1);
    take_json(verb_of(*audit, "list", "các dòng mới nhất (the newest rows)"));
    take_json(
        verb_of(*audit, "verify", "kiểm tra chuỗi; thoát 1 khi có dòng bị sửa (checks the chain; exit 1: altered)"));
  }

  void take_user(CLI::App* verb, bool with_role) {
    verb->add_option("NAME", line_.user, "tên đăng nhập, ví dụ minh.nv (user name)")->required();
    if (!with_role) return;
    verb->add_option("--role", line_.role, "viewer, officer, leader, admin")->required()->type_name("ROLE");
  }

  void add_consolidate() {
    CLI::App* verb = verb_of(app_, "consolidate", "tổng hợp một biểu một kỳ (one form and period of all offices)");
    take_table(verb);
    verb->add_option("--scenario", line_.scenario, "ACTUAL, ESTIMATE, PLAN");
    verb->add_flag("--official", line_.official, "chỉ báo cáo đã duyệt (approved and locked reports only)");
    verb->add_option("--as-of", line_.as_of, "như đã biết lúc đó (as known then)")->type_name("TIME");
    verb->add_option("--format", line_.format, "table, csv, json, xlsx, html, dhis2, dhis2-csv")
        ->check(CLI::IsMember({"table", "csv", "json", "xlsx", "html", "dhis2", "dhis2-csv"}));
    verb->add_option("--separator", line_.separator, "của CSV (of CSV): , ;")->check(CLI::IsMember({",", ";"}));
    verb->add_option("--out", line_.out, "ghi vào tệp (writes there)")->type_name("FILE");
    verb->add_flag("--carry", line_.carry, "số tồn lấy từ kỳ trước khi trống (an empty stock counts as last given)");
    verb->add_flag("--inputs", line_.inputs, "json: kèm số của từng đơn vị (each figure with what it was made of)");
    verb->add_option("--by", line_.by, "người xác nhận bản chính thức (who confirms an official run)")
        ->type_name("NAME");
    verb->add_option("--reason", line_.reason, "lý do khi dưới mức tối thiểu (why, below the campaign's minimum)");
    verb->add_option("--compare-with", line_.with, "so với kỳ khác; previous: kỳ trước (beside another period)")
        ->type_name("PERIOD");
    take_json(verb);
    verb->add_flag("--verify", line_.verify, "tính lại mọi bảng từ đầu và so sánh (recomputes every table, compares)");
    verb->add_flag("--rebuild", line_.rebuild, "bỏ các bảng đã lưu, tính lại (forgets the kept tables, computes anew)");
  }

  void take_table(CLI::App* verb) {
    verb->add_option("--form", line_.form, "mã biểu (form)")->type_name("CODE");
    verb->add_option("--period", line_.period, "kỳ, ví dụ 2024Q2 (period)")->type_name("ID");
  }

  void add_reading() {
    CLI::App* matrix = verb_of(app_, "completeness", "đơn vị nào đã nộp, đúng hạn (who has reported, and in time)");
    take_table(matrix);
    take_json(matrix);
    CLI::App* targets = verb_of(app_, "targets", "kết quả so với chỉ tiêu (figures against targets)");
    targets->add_flag("--official", line_.official, "chỉ báo cáo đã duyệt (approved and locked reports only)");
    take_json(targets);
    CLI::App* run = verb_of(app_, "run-list", "các lần tổng hợp chính thức (official runs that were kept)");
    take_table(run);
    take_json(run);
    CLI::App* show = verb_of(app_, "run-show", "một lần tổng hợp (one of them, with its inputs)");
    show->add_option("ID", line_.id)->required();
    take_json(show);
    CLI::App* compare = verb_of(app_, "run-compare", "so hai lần tổng hợp (two runs, figure by figure)");
    compare->add_option("ID", line_.id)->required();
    compare->add_option("WITH", line_.with, "lần trước (the earlier one)")->required();
    take_json(compare);
    verb_of(app_, "run-repeat", "tính lại từ các bản gửi đã dùng (computes it again, byte for byte)")
        ->add_option("ID", line_.id)
        ->required();
  }

  void add_reviews() {
    const auto take_report = [&](CLI::App* verb) {
      verb->add_option("SLUG", line_.slug, "đơn vị (office)")->required();
      verb->add_option("ID", line_.id, "mã báo cáo (report)")->required();
      verb->add_option("--by", line_.by, "người làm (who)")->type_name("NAME");
    };
    CLI::App* review = verb_of(app_, "review", "nhận, trả lại, duyệt, khóa, mở khóa (what the province says)");
    take_report(review);
    review->add_option("VERDICT", line_.verdict, "received, returned, approved, locked, reopened")
        ->required()
        ->check(CLI::IsMember({"received", "returned", "approved", "locked", "reopened"}));
    review->add_option("--reason", line_.reason, "lý do khi trả lại, mở khóa (why, of returned and reopened)");
    review->add_option("--last-day", line_.last_day, "ngày cuối khi mở khóa (last day, of reopened)")->type_name("DAY");
    review->add_option("--of", line_.of, "bản gửi; mặc định: bản hiện tại (a submission)")->type_name("DIGEST");
    CLI::App* correct = verb_of(app_, "correct", "đính chính thay đơn vị; FIELD=: bỏ (the province's figure)");
    take_report(correct);
    correct->add_option("FIELD=VALUE", line_.fields, "chỉ tiêu (field)")->required()->expected(1);
    correct->add_option("--reason", line_.reason, "lý do (why)");
    correct->add_option("--of", line_.of, "bản gửi (a submission)")->type_name("DIGEST");
    CLI::App* recovery = verb_of(app_, "recovery", "sau phục hồi: nhận lại phần của tỉnh (take back what was lost)");
    recovery->add_option("open|close", line_.name)->check(CLI::IsMember({"open", "close"}));
    take_report(verb_of(app_, "confirm", "xác nhận phần đã nhận lại (confirms what came back)"));
  }

  void add_downward() {
    CLI::App* publish = verb_of(app_, "publish", "ban hành biểu mẫu, đợt báo cáo, văn bản (a form, campaign, notice…)");
    publish->add_option("FILE", line_.file, "văn bản JSON (a JSON document)")->required();
    publish->add_option("--by", line_.by, "người ban hành (who)")->type_name("NAME");
    verb_of(app_, "readings", "đơn vị nào đã đọc (who has read what was published)")
        ->add_option("ID", line_.id)
        ->required();
    verb_of(app_, "recommendations", "kiến nghị của đơn vị (recommendations of offices)")
        ->add_option("--office", line_.slug, "một đơn vị (one office)")
        ->type_name("SLUG");
    CLI::App* answer = verb_of(app_, "answer", "trả lời kiến nghị (answers a recommendation)");
    answer->add_option("SLUG", line_.slug)->required();
    answer->add_option("ID", line_.id)->required();
    answer->add_option("FIELD=VALUE", line_.fields, "state, answer_text, answer_doc, due_date")->required();
    answer->add_option("--by", line_.by, "người trả lời (who)")->type_name("NAME");
    verb_of(app_, "unit", "đơn vị hành chính: trước và sau sắp xếp (a unit before and after a reform)")
        ->add_option("CODE", line_.unit)
        ->required();
    CLI::App* seed = verb_of(app_, "seed", "nạp số liệu đã công bố để trình diễn (published figures, to show things)");
    seed->add_option("--unit", line_.unit, "mã tỉnh (code of the province)")->required()->type_name("CODE");
    seed->add_option("FILE", line_.file, "mặc định: bộ kèm theo (default: the set shipped)");
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

bool lacks_table(const ServerLine& line) {
  if (line.verb == "completeness") return line.period.empty();
  return line.verb == "consolidate" && !line.verify && !line.rebuild && (line.form.empty() || line.period.empty());
}

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
  else if (lacks_table(parsed.line))
    parsed.answer = wrong_usage(parsed.line.verb + " needs --period ID" +
                                (parsed.line.verb == "consolidate" ? " and --form CODE" : ""));
  return parsed;
}

}  // namespace tram
