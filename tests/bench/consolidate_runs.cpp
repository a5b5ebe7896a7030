#include "tests/bench/consolidate_runs.h"

#include <sqlite3.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/base/log.h"
#include "core/base/memory.h"
#include "core/reports/submission.h"
#include "server/consolidate_run.h"
#include "server/figure_tables.h"
#include "tests/bench/stopwatch.h"
#include "tests/bench/store_runs.h"
#include "tests/support/process.h"

namespace tram::bench {
namespace {

constexpr int kQueries = 60;
constexpr int kUpdates = 100;

std::vector<std::string> months() {
  std::vector<std::string> periods;
  for (int month = 0; month < 24; ++month)
    periods.push_back(std::to_string(2024 + month / 12) + (month % 12 < 9 ? "0" : "") + std::to_string(month % 12 + 1));
  return periods;
}

std::string slug_of(int office) { return "vn-04-" + std::to_string(10000 + office); }

// Numbers in every figure, and two rows in each list: about a kilobyte.
json::Value report_of(const Form& form, const std::string& period, int office, int edition) {
  json::Value body = {{"type", "report"},
                      {"form", form.code},
                      {"form_version", form.version},
                      {"period", period},
                      {"office", slug_of(office)},
                      {"unit", nullptr},
                      {"values", json::Value::object()},
                      {"rows", json::Value::object()},
                      {"remarks", json::Value::object()}};
  const auto fill = [&](const FormSection& section, json::Value& into, int n) {
    for (const FormField& field : section.fields) {
      if (field.computed || field.writer == Writer::province) continue;
      if (field.schema->type() == ValueType::integer || field.schema->type() == ValueType::number)
        into[field.id] = (office * 7 + n + edition) % 90 + 10;
      else if (field.schema->type() == ValueType::string && field.choices.empty() && field.schema->format().empty())
        into[field.id] = "Số liệu của đơn vị " + std::to_string(office) + " " + std::to_string(n);
    }
  };
  for (const FormSection& section : form.sections) {
    if (section.asked_of_province) continue;
    if (!section.rows) {
      fill(section, body["values"], 0);
      continue;
    }
    for (int row = 1; row <= 2; ++row)
      fill(section, body["rows"][section.id]["000" + std::to_string(row) + "-0000000" + std::to_string(row)], row);
  }
  return body;
}

Submission save_report(Transaction& transaction, const Form& form, const Period& period, const Window& window,
                       int office, int edition, std::size_t& bytes) {
  json::Value body = report_of(form, period.id, office, edition);
  Submission frozen = make_submission(form, body, period, window);
  mark_submitted(body, frozen, "lan.ht", "2026-01-15T09:00:00+07:00");
  const std::string text = json::print(frozen.body);
  const auto there = transaction.winner(frozen.id);
  CHECK(there.ok());
  if (*there) return frozen;  // a form without figures says the same in every edition
  bytes += text.size();
  CHECK(transaction.save(frozen.id, {}, false, text).ok());
  const auto held = transaction.winner(report_id(form.code, period.id));
  CHECK(held.ok());
  CHECK(transaction.save(report_id(form.code, period.id), *held ? (*held)->rev : RevisionId{}, false, json::print(body))
            .ok());
  const json::Value arrival = make_arrival(slug_of(office), *parse_submission_id(frozen.id), "2026-01-15T02:00:00Z");
  CHECK(transaction.save(arrival_id(form.code, period.id, frozen.digest), {}, false, json::print(arrival)).ok());
  return frozen;
}

class ProvinceOfOffices {
 public:
  ProvinceOfOffices(const std::string& folder, int offices_wanted, Clock& clock, Random& random)
      : offices(offices_wanted) {
    std::filesystem::create_directories(folder);
    auto documents = read_reference(TRAM_SOURCE_FOLDER "/reference");
    CHECK(documents.ok());
    std::erase_if(*documents, [](const auto& document) { return document.id.starts_with("unit"); });
    const ProvinceOptions options{&clock, &random};
    CHECK(Province::create(folder, "Đo", "-", *documents, options).ok());
    auto opened = Province::open(folder, options);
    CHECK(opened.ok());
    province = std::move(*opened);
    reference = *province->reference().get();
    for (int office = 0; office < offices; ++office) fill(office);
  }

  void fill(int office) {
    CHECK(province->add_office(slug_of(office), "Đơn vị " + std::to_string(office), "").ok());
    const auto database = province->databases().open("office-" + slug_of(office));
    CHECK(database.ok());
    CHECK((*database)
              ->store
              ->write([&](Transaction& transaction) -> Status {
                for (const std::string& code : reference->form_codes()) {
                  const Form& form = *reference->newest_form(code);
                  for (const std::string& id : months()) {
                    const Period period = *parse_period(id);
                    save_report(transaction, form, period, *reference->window(form, period), office, 0, bytes);
                    ++reports;
                  }
                }
                return {};
              })
              .ok());
  }

  struct Cost {
    double wall_s = 0, cpu_s = 0;
  };
  static Cost cost(const Stopwatch& time) { return {time.seconds(), time.cpu_seconds()}; }

  Cost refresh() const {
    const Stopwatch time;
    CHECK(province->figures().refresh().ok());
    return cost(time);
  }

  Cost query(const std::string& code, const std::string& period) const {
    const Stopwatch time;
    const auto request = read_run_request(*province, code, period, "ACTUAL", false, "");
    CHECK(request.ok());
    const auto run = run_consolidation(*province, *request);
    CHECK(run.ok() && run->result.sources.size() == static_cast<std::size_t>(offices));
    CHECK(!json::print(run->to_json()).empty());
    return cost(time);
  }

  Cost update(int n) {
    const int office = n * 37 % offices;
    const Form& form = *reference->newest_form("bm02");
    const Period period = *parse_period(months()[static_cast<std::size_t>(n) % 24]);
    const auto database = province->databases().open("office-" + slug_of(office));
    CHECK(database.ok());
    CHECK((*database)
              ->store
              ->write([&](Transaction& transaction) -> Status {
                std::size_t ignored = 0;
                save_report(transaction, form, period, *reference->window(form, period), office, n + 1, ignored);
                return {};
              })
              .ok());
    return refresh();
  }

  const int offices;
  std::unique_ptr<Province> province;
  std::shared_ptr<const ReferenceData> reference;
  std::size_t reports = 0, bytes = 0;
};

// The floor: the figures alone, in one table with an index that fits the question.
class PlainSql {
 public:
  PlainSql(const std::string& path, int offices, const ReferenceData& reference) {
    CHECK(sqlite3_open(path.c_str(), &database_) == SQLITE_OK);
    run("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
        "CREATE TABLE figure(form TEXT, period TEXT, field TEXT, office TEXT, value INTEGER,"
        "PRIMARY KEY(form, period, field, office)) WITHOUT ROWID; BEGIN");
    sqlite3_stmt* insert = nullptr;
    sqlite3_prepare_v2(database_, "INSERT INTO figure VALUES(?,?,?,?,?)", -1, &insert, nullptr);
    for (const std::string& code : reference.form_codes()) {
      for (const std::string& period : months()) {
        for (int office = 0; office < offices; ++office) {
          const json::Value body = report_of(*reference.newest_form(code), period, office, 0);
          for (const auto& [field, value] : body["values"].items()) {
            if (!value.is_number()) continue;
            const std::string slug = slug_of(office);
            sqlite3_bind_text(insert, 1, code.c_str(), -1, SQLITE_STATIC);
            sqlite3_bind_text(insert, 2, period.c_str(), -1, SQLITE_STATIC);
            sqlite3_bind_text(insert, 3, field.c_str(), -1, SQLITE_STATIC);
            sqlite3_bind_text(insert, 4, slug.c_str(), -1, SQLITE_STATIC);
            sqlite3_bind_int64(insert, 5, value.get<std::int64_t>());
            CHECK(sqlite3_step(insert) == SQLITE_DONE);
            sqlite3_reset(insert);
          }
        }
      }
    }
    sqlite3_finalize(insert);
    run("COMMIT");
  }
  ~PlainSql() { sqlite3_close(database_); }

  double query_ms(const std::string& code, const std::string& period) {
    const Stopwatch time;
    sqlite3_stmt* query = nullptr;
    sqlite3_prepare_v2(database_,
                       "SELECT field, sum(value), count(value) FROM figure WHERE form=? AND period=? GROUP BY field",
                       -1, &query, nullptr);
    sqlite3_bind_text(query, 1, code.c_str(), -1, SQLITE_STATIC);
    sqlite3_bind_text(query, 2, period.c_str(), -1, SQLITE_STATIC);
    while (sqlite3_step(query) == SQLITE_ROW) {
    }
    sqlite3_finalize(query);
    return time.seconds() * 1e3;
  }

 private:
  void run(const char* sql) { CHECK(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK); }
  sqlite3* database_ = nullptr;
};

Figures measure(const std::string& folder, int offices) {
  keep_freed_memory(4);  // as tram-server does
  Tools tools;
  ProvinceOfOffices made(folder, offices, tools.clock, tools.random);
  Figures figures;
  figures["consolidate_reports"] = static_cast<double>(made.reports);
  figures["consolidate_bytes_per_report"] = static_cast<double>(made.bytes) / static_cast<double>(made.reports);
  const auto rebuild = made.refresh();
  figures["consolidate_rebuild_s"] = rebuild.wall_s;
  figures["consolidate_rebuild_cpu_s"] = rebuild.cpu_s;
  Rounds queries, query_work, sql, updates, update_work;
  for (int n = 0; n < kQueries; ++n) {
    const auto asked = made.query(made.reference->form_codes()[static_cast<std::size_t>(n) % 12],
                                  months()[static_cast<std::size_t>(n * 5) % 24]);
    queries.add(asked.wall_s * 1e3);
    query_work.add(asked.cpu_s * 1e3);
  }
  for (int n = 0; n < kUpdates; ++n) {
    const auto updated = made.update(n);
    updates.add(updated.wall_s * 1e6);
    update_work.add(updated.cpu_s * 1e6);
  }
  figures["consolidate_query_ms"] = queries.median();
  figures["consolidate_query_max_ms"] = queries.greatest();
  figures["consolidate_query_cpu_ms"] = query_work.median();
  figures["consolidate_update_us"] = updates.median();
  figures["consolidate_update_cpu_us"] = update_work.median();
  figures["consolidate_rss_kb"] = static_cast<double>(test::rss_kb(::getpid()));
  figures["consolidate_rss_peak_kb"] = static_cast<double>(test::rss_peak_kb(::getpid()));
  PlainSql plain(folder + "/plain.db", offices, *made.reference);
  for (int n = 0; n < kQueries; ++n)
    sql.add(plain.query_ms(made.reference->form_codes()[static_cast<std::size_t>(n) % 12],
                           months()[static_cast<std::size_t>(n * 5) % 24]));
  figures["consolidate_sql_query_ms"] = sql.median();
  return figures;
}

}  // namespace

// In a process of its own, so that its memory is its own.
Figures consolidate_runs(const std::string& folder, int offices) {
  std::filesystem::create_directories(folder);
  const std::string results = folder + "/results";
  const pid_t child = ::fork();
  CHECK(child >= 0);
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::ofstream out(results);
    for (const auto& [name, value] : measure(folder + "/province", offices)) out << name << " " << value << "\n";
    out.close();
    ::_exit(out.good() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  Figures figures;
  std::ifstream in(results);
  std::string name;
  for (double value = 0; in >> name >> value;) figures[name] = value;
  return figures;
}

}  // namespace tram::bench
