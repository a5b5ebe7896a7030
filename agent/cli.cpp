#include "agent/cli.h"

#include <CLI/CLI.hpp>

#include "core/base/text.h"
#include "install_paths.h"

namespace tram::agent {
namespace {

// Fills a CommandLine; the subcommands that parsed tell the verb.
class Parser {
 public:
  explicit Parser(CommandLine& line)
      : line_(line), app_("Trạm: máy trạm của đơn vị (the office's agent)", "tram-agent") {
    app_.fallthrough();
    app_.require_subcommand(0, 1);
    app_.add_option("--data", line_.data, "thư mục dữ liệu (data directory)")->type_name("DIR");
    app_.add_flag("--version", version_, "phiên bản (version)");
    add_setup();
    add_reports();
    add_line();
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
  void take_id(CLI::App* verb) { verb->add_option("ID", line_.id, "mã báo cáo (id)")->required(); }
  void take_by(CLI::App* verb) { verb->add_option("--by", line_.by, "người làm (person)")->type_name("NAME"); }
  // Each --remark takes one text; what follows belongs to the command again.
  static void take_each(CLI::App* verb, const char* name, std::vector<std::string>& into, const char* about,
                        const char* type) {
    verb->add_option(name, into, about)
        ->type_name(type)
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  void take_remarks(CLI::App* verb) {
    take_each(verb, "--remark", line_.remarks, "ghi chú (remark)", "FIELD=TEXT");
    take_each(verb, "--approx", line_.approx, "số khoảng (approximate)", "FIELD");
  }

  void add_setup() {
    CLI::App* init = verb_of(app_, "init", "lập thư mục dữ liệu (make the data directory)");
    init->add_option("--server", line_.server, "địa chỉ của tỉnh (address of the province)")
        ->type_name("URL")
        ->required();
    init->add_option("--office", line_.office, "tên đơn vị (the office's slug)")->type_name("SLUG")->required();
    init->add_option("--token", line_.token, "mã của đơn vị (the office's token)")->required();
    init->add_option("--unit", line_.unit, "mã đơn vị hành chính (unit's code)")->type_name("CODE");
    init->add_option("--ca-file", line_.ca_file, "chứng thư gốc của tỉnh (PEM)")->type_name("FILE");
    init->add_option("--pin", line_.pin, "khóa ghim (sha256//...)");
    init->add_option("--proxy", line_.proxy, "máy chủ ủy nhiệm (proxy)")->type_name("URL");
    CLI::App* run = verb_of(app_, "run", "chạy thường trực (run the daemon)");
    run->add_option("--listen", line_.listen, "mặc định 127.0.0.1:7645 (default)")->type_name("HOST:PORT");
    run->add_option("--config", line_.config, "tệp cấu hình (TOML)")->type_name("FILE");
  }

  void add_reports() {
    CLI::App* report = verb_of(app_, "report", "báo cáo (reports)");
    report->require_subcommand(1);
    CLI::App* begin = verb_of(*report, "new", "bắt đầu báo cáo (begin a report)");
    begin->add_option("FORM", line_.form, "mã biểu (form)")->required();
    begin->add_option("PERIOD", line_.period, "kỳ (period), 2024Q2")->required();
    take_by(begin);
    CLI::App* set = verb_of(*report, "set", "ghi số liệu (write values)");
    take_id(set);
    set->add_option("FIELD=VALUE", line_.fields, "chỉ tiêu (fields)");
    take_remarks(set);
    take_by(set);
    CLI::App* row = verb_of(*report, "row", "thêm, sửa, xóa dòng (add, change, delete a row)");
    take_id(row);
    row->add_option("SECTION", line_.section, "danh mục (section)")->required();
    row->add_option("FIELD=VALUE", line_.fields, "chỉ tiêu (fields)");
    row->add_option("--row", line_.row, "mã dòng (row)")->type_name("ROW");
    row->add_flag("--delete", line_.remove, "xóa dòng (delete the row)");
    row->add_flag("--none", line_.none, "danh mục không có dòng nào (the section has no rows)");
    take_by(row);
    add_report_files(*report);
    add_report_acts(*report);
    add_attachments(*report);
  }

  void add_attachments(CLI::App& report) {
    CLI::App* attach =
        verb_of(report, "attach", "đính kèm tệp: bản ký, bản quét, ảnh (attach a file; any state of the report)");
    take_id(attach);
    attach->add_option("FILE", line_.file, "tệp, tối đa 256 MiB (file; one of the same name is replaced)")->required();
    attach->add_option("--name", line_.name, "tên khác tên tệp (another name than the file's)")->type_name("NAME");
    attach->add_option("--type", line_.type, "loại, ví dụ application/pdf (content type)")->type_name("TYPE");
    take_by(attach);
    take_json(attach);
    CLI::App* all = verb_of(report, "attachments", "các tệp đính kèm (what is attached: name, size, type)");
    take_id(all);
    take_json(all);
    CLI::App* detach = verb_of(report, "detach", "gỡ tệp đính kèm (take an attachment off the report)");
    take_id(detach);
    detach->add_option("NAME", line_.name, "tên, như `report attachments` cho biết (its name, as listed)")->required();
    take_by(detach);
    take_json(detach);
  }

  void add_report_files(CLI::App& report) {
    const auto take_out = [&](CLI::App* verb) {
      verb->add_option("--out", line_.out, "ghi vào tệp (writes there)")->type_name("FILE");
    };
    const auto take_separator = [&](CLI::App* verb) {
      verb->add_option("--separator", line_.separator, "của CSV (of CSV): , ; ")->check(CLI::IsMember({",", ";"}));
    };
    CLI::App* out = verb_of(report, "export", "xuất ra tệp (export)");
    take_id(out);
    out->add_option("--format", line_.format, "xlsx, csv, json, dhis2, dhis2-csv, html")
        ->check(CLI::IsMember({"xlsx", "csv", "json", "dhis2", "dhis2-csv", "html"}));
    take_separator(out);
    take_out(out);
    CLI::App* print = verb_of(report, "print", "bản in theo Nghị định 30/2020 (a page to print, HTML)");
    take_id(print);
    take_out(print);
    CLI::App* blank = verb_of(report, "template", "mẫu để điền (a file to fill in)");
    blank->add_option("FORM", line_.form, "mã biểu (form)")->required();
    blank->add_option("PERIOD", line_.period, "kỳ (period), 2024Q2")->required();
    blank->add_option("--format", line_.format, "xlsx, csv")->check(CLI::IsMember({"xlsx", "csv"}));
    take_separator(blank);
    take_out(blank);
    CLI::App* in = verb_of(report, "import", "nhập từ XLSX, CSV (import)");
    in->add_option("FILE", line_.file, "tệp (file)")->required();
    in->add_option("ID", line_.id, "mã báo cáo; mặc định theo tệp (id; default: what the file says)");
    in->add_flag("--dry-run", line_.dry_run, "chỉ xem thay đổi (only shows what would change)");
    in->add_flag("--convert", line_.convert, "chuyển chữ phông cũ TCVN3, VNI (convert text of old fonts)");
    in->add_flag("--merge", line_.merge, "gộp khi báo cáo đã sửa sau khi lấy mẫu (merge with later changes)");
    take_by(in);
    take_json(in);
    for (CLI::App* parent : {&report, &app_}) {
      CLI::App* search = verb_of(*parent, "search", "tìm, có dấu hoặc không dấu (search, with or without accents)");
      search->add_option("TEXT", line_.words, "từ cần tìm (words)")->required();
      take_json(search);
    }
  }

  void add_report_acts(CLI::App& report) {
    const std::pair<const char*, const char*> acts[] = {
        {"submit", "gửi (submit)"},
        {"confirm", "lãnh đạo xác nhận (leader confirms)"},
        {"withdraw", "rút lại (withdraw)"},
        {"accept", "nhận số liệu Sở đề nghị (take over what the province proposed)"},
        {"delete", "xóa bản nháp (delete a draft)"}};
    for (const auto& [name, about] : acts) {
      CLI::App* verb = verb_of(report, name, about);
      take_id(verb);
      take_by(verb);
      take_json(verb);
    }
    CLI::App* upgrade = verb_of(report, "upgrade", "nâng cấp mẫu (move to another version of the form)");
    take_id(upgrade);
    upgrade->add_option("--to", line_.version, "phiên bản; mặc định: mới nhất (version; default: the newest)")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
    upgrade->add_flag("--dry-run", line_.dry_run, "chỉ xem thay đổi (only shows what would change)");
    take_by(upgrade);
    take_json(upgrade);
    const std::pair<const char*, const char*> views[] = {
        {"show", "xem (show)"}, {"history", "lịch sử (history)"}, {"check", "kiểm tra (what is wrong)"}};
    for (const auto& [name, about] : views) {
      CLI::App* verb = verb_of(report, name, about);
      take_id(verb);
      take_json(verb);
    }
    take_json(verb_of(report, "list", "danh sách (list)"));
  }

  void add_line() {
    take_json(verb_of(app_, "sync", "đồng bộ ngay (one round now)"));
    take_json(verb_of(app_, "status", "trạng thái (status)"));
    CLI::App* conflicts = verb_of(app_, "conflicts", "mâu thuẫn (conflicts)");
    take_json(conflicts);
    CLI::App* resolve = verb_of(*conflicts, "resolve", "chọn (decide)");
    take_id(resolve);
    auto* keep = resolve->add_option("--keep", line_.keep, "giữ phiên bản (keep a revision)")->type_name("REV");
    resolve->add_option("--set", line_.fields, "giá trị (values)")->type_name("FIELD=VALUE...")->excludes(keep);
    take_by(resolve);
    CLI::App* ledger = verb_of(app_, "ledger", "sổ theo dõi (the fate of every write)");
    ledger->add_option("ID", line_.id, "mã (id)");
    take_json(ledger);
  }

  void add_downward() {
    CLI::App* receipt = verb_of(app_, "receipt", "giấy báo nhận của tỉnh (the province's receipts)");
    receipt->require_subcommand(1);
    CLI::App* verify = verb_of(*receipt, "verify", "kiểm tra chữ ký (check the signatures)");
    verify->add_option("ID", line_.id, "báo cáo hoặc bản gửi; mặc định: tất cả (default: all)");
    take_json(verify);
    CLI::App* notice = verb_of(app_, "notice", "văn bản tỉnh gửi xuống (what the province sent)");
    notice->require_subcommand(1);
    take_json(verb_of(*notice, "list", "danh sách (list)"));
    CLI::App* show = verb_of(*notice, "show", "xem (show)");
    take_id(show);
    take_json(show);
    CLI::App* read = verb_of(*notice, "read", "đã đọc (tell the province that it was read)");
    take_id(read);
    read->add_option("--forwarded", line_.forwarded, "chuyển tới bao nhiêu doanh nghiệp (to how many enterprises)");
    take_by(read);
    CLI::App* petition = verb_of(app_, "recommendation", "kiến nghị (recommendations)");
    petition->require_subcommand(1);
    CLI::App* begin = verb_of(*petition, "new", "gửi kiến nghị (send one)");
    begin->add_option("FIELD=VALUE", line_.fields, "kind, cause_code, theme_code, petition_text, addressed_to")
        ->required();
    take_by(begin);
    CLI::App* set = verb_of(*petition, "set", "sửa; satisfied=false: chưa thỏa đáng (change; not satisfied)");
    take_id(set);
    set->add_option("FIELD=VALUE", line_.fields, "chỉ tiêu (fields)")->required();
    take_by(set);
    take_json(verb_of(*petition, "list", "danh sách (list)"));
  }

  void add_upkeep() {
    verb_of(app_, "page", "địa chỉ mở trang, dùng một lần (a one-time address that opens the page)");
    verb_of(app_, "backup", "sao lưu (back up)")->add_option("FILE", line_.file, "tệp (file)")->required();
    verb_of(app_, "restore", "phục hồi (restore)")->add_option("FILE", line_.file, "tệp (file)")->required();
    take_json(verb_of(app_, "verify", "kiểm tra dữ liệu (check the data)"));
    take_json(verb_of(app_, "doctor", "khám (examine)"));
  }

  CommandLine& line_;
  CLI::App app_;
  bool version_ = false;
};

Outcome wrong_usage(std::string why) {
  if (why.empty()) why = "see --help";
  return failed(error(ErrorCode::usage, why + "; help: tram-agent --help"));
}

Status check(const CommandLine& line) {
  const auto usage = [](std::string_view why) { return error(ErrorCode::usage, std::string(why)); };
  if (line.verb.empty()) return usage("no command given");
  if (line.data.empty()) return usage("--data DIR is missing");
  for (const auto* list : {&line.fields, &line.remarks}) {
    for (const std::string& field : *list) RETURN_IF_ERROR(split_field(field));
  }
  if (line.verb == "report set" && line.fields.empty() && line.remarks.empty() && line.approx.empty()) {
    return usage("nothing to set: name at least one FIELD=VALUE");
  }
  if (line.remove && line.row.empty()) return usage("--delete needs --row ROW");
  if (line.none && (!line.row.empty() || !line.fields.empty())) return usage("--none goes without rows and fields");
  if (line.remove && !line.fields.empty()) return usage("--delete goes without fields");
  if (line.verb == "report row" && !line.row.empty() && !line.remove && line.fields.empty()) {
    return usage("nothing to set: name at least one FIELD=VALUE, or --delete");
  }
  if (line.verb == "conflicts resolve" && line.keep.empty() && line.fields.empty()) {
    return usage("say what to keep: --keep REV, or --set FIELD=VALUE...");
  }
  return {};
}

}  // namespace

Result<std::pair<std::string, std::string>> split_field(std::string_view text) {
  const auto at = text.find('=');
  if (at == std::string_view::npos || at == 0) {
    return error(ErrorCode::usage, "'" + std::string(text) + "' is not FIELD=VALUE");
  }
  return std::pair<std::string, std::string>(text.substr(0, at), text.substr(at + 1));
}

Parsed parse_command_line(const std::vector<std::string>& arguments) {
  Parsed parsed;
  for (const std::string& argument : arguments) {
    if (!is_utf8(argument)) parsed.answer = wrong_usage("an argument is not UTF-8 text");
  }
  if (parsed.answer) return parsed;
  Parser parser(parsed.line);
  try {
    parser.app().parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    parsed.answer = say(parser.app().help());
  } catch (const CLI::CallForAllHelp&) {
    parsed.answer = say(parser.app().help("", CLI::AppFormatMode::All));
  } catch (const CLI::Error& wrong) {
    parsed.answer = wrong_usage(wrong.what());
  }
  if (parsed.answer) return parsed;
  if (parser.version()) {
    parsed.answer = say("tram-agent " + std::string(kVersion) + "\n");
    return parsed;
  }
  parsed.line.verb = parser.verb();
  if (const Status fine = check(parsed.line); !fine.ok()) parsed.answer = wrong_usage(fine.error().message);
  return parsed;
}

}  // namespace tram::agent
