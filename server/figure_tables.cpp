#include "server/figure_tables.h"

#include <algorithm>
#include <chrono>

#include "core/base/log.h"
#include "core/reports/report.h"
#include "core/reports/submission.h"
#include "server/figure_rows.h"

namespace tram {
namespace {

constexpr const char* kPurpose = "figures/2";
constexpr std::size_t kChangesAtOnce = 2000;
constexpr std::int64_t kPauseAfterErrorMs = 5000;
// An office that sends months of reports has the processor to itself: what came is looked at once it is quiet for a
// moment, and in between after a while at most. Whoever asks for figures does not wait for that.
constexpr std::chrono::milliseconds kQuiet{200};
constexpr std::int64_t kBurstMaxMs = 5000;
constexpr char kSeparator = '\n';  // in no form, period or slug

// Keys: "c" table office -> row; "s" table office -> status; "o" office -> cursor; "k" office table -> nothing, the
// tables an office has rows in; "b" table -> basis. A table is "<form>\n<period>".
std::string table_name(const std::string& form, const std::string& period) { return form + kSeparator + period; }
std::string table_key(char kind, const std::string& first, const std::string& second = {}) {
  return std::string(1, kind) + first + kSeparator + second;
}
std::string form_in_table(const std::string& table) { return table.substr(0, table.find(kSeparator)); }
std::string period_in_table(const std::string& table) { return table.substr(table.find(kSeparator) + 1); }

std::string basis_of(const ReferenceData& reference, const std::string& table) {
  const Form* form = reference.form_for(form_in_table(table), period_in_table(table));
  const auto period = parse_period(period_in_table(table));
  if (form == nullptr || !period) return "";
  const auto window = reference.window(*form, *period);
  const auto revision = reference.form_revisions.find({form->code, form->version});
  return form->id() + " " + (revision == reference.form_revisions.end() ? "" : revision->second) + " " +
         (window ? window->start.text() + " " + window->end.text() : "");
}

// The tables that a document of an office belongs to: at most one.
std::optional<std::string> table_of(std::string_view id) {
  std::optional<ReportKey> named;
  if (id.starts_with("report:")) named = parse_report_id(id);
  if (id.starts_with("submission:")) named = parse_submission_id(id);
  if (id.starts_with("arrival:")) named = parse_arrival_id(id);
  if (!named) return std::nullopt;
  return table_name(named->form, named->period);
}

json::Value cursor_of(Store& store, std::uint64_t sequence, const ReferenceData& reference, const Office& office) {
  return {{"instance", store.instance_uuid()},
          {"purges", store.purge_seq()},  // what was purged has no row in the feed
          {"sequence", sequence},
          {"two_steps", reference.two_steps.contains(office.slug)},
          {"unit", office.unit}};
}

bool continues(const json::Value& cursor, const json::Value& now) {
  for (const char* name : {"instance", "purges", "two_steps", "unit"}) {
    if (!cursor.contains(name) || cursor.at(name) != now.at(name)) return false;
  }
  return json::integer_at(cursor, "sequence").value_or(0) <= json::integer_at(now, "sequence").value_or(0);
}

}  // namespace

Result<std::unique_ptr<FigureTables>> FigureTables::open(const std::string& path, FigureSources from) {
  ASSIGN_OR_RETURN(auto kept, Derived::open(path, kPurpose));
  std::unique_ptr<FigureTables> tables(new FigureTables(std::move(kept), std::move(from)));
  RETURN_IF_ERROR(tables->load());
  return tables;
}

Status FigureTables::load() {
  basis_.clear();
  return kept_->each("b", [&](std::string_view name, std::string_view value) {
    basis_[std::string(name.substr(1, name.size() - 2))] = value;
  });
}

void FigureTables::note_change(const std::string& slug) {
  {
    const std::lock_guard lock(changed_mutex_);
    changed_slugs_.insert(slug);
    ++changes_;
  }
  changed_.notify_all();
}

std::set<std::string> FigureTables::take_changed() {
  const std::uint64_t version = from_.registry.offices_version();
  const std::lock_guard lock(changed_mutex_);
  if (checked_version_ != version) {
    for (const Office& office : from_.registry.offices()) {
      if (checked_.insert(office.slug).second) changed_slugs_.insert(office.slug);
    }
    checked_version_ = version;
  }
  return std::exchange(changed_slugs_, {});
}

void FigureTables::follow(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (const auto done = refresh(); !done) {
      log::warning("figures_not_updated", {{"reason", done.error().message}});
      if (!from_.clock.sleep_ms(kPauseAfterErrorMs, stop)) return;
    }
    wait_for_changes(stop);
  }
}

void FigureTables::wait_for_changes(const std::stop_token& stop) {
  std::unique_lock lock(changed_mutex_);
  changed_.wait(lock, stop, [&] { return !changed_slugs_.empty(); });
  const std::int64_t end_ms = from_.clock.steady_ms() + kBurstMaxMs;
  for (std::uint64_t seen = changes_; from_.clock.steady_ms() < end_ms; seen = changes_) {
    if (!changed_.wait_for(lock, stop, kQuiet, [&] { return changes_ != seen; })) return;
  }
}

Result<std::size_t> FigureTables::refresh() {
  const std::lock_guard lock(refreshing_);
  ASSIGN_OR_RETURN(const auto reference, from_.reference.get());
  std::size_t read = 0;
  if (seen_ != reference) {
    // A contribution of any table, or the two steps of any office, may rest on what has changed.
    for (const auto& [table, basis] : basis_) {
      if (basis != basis_of(*reference, table)) stale_.insert(table);
    }
    const std::lock_guard changed_lock(changed_mutex_);
    if (seen_ == nullptr || seen_->two_steps != reference->two_steps) {
      checked_.clear();
      checked_version_.reset();
    }
    seen_ = reference;
  }
  const std::set<std::string> changed = take_changed();
  for (auto slug = changed.begin(); slug != changed.end(); ++slug) {
    const auto office = from_.registry.office(*slug);
    if (!office) continue;
    if (Status done = refresh_office(*office, *reference, read); !done) {
      for (; slug != changed.end(); ++slug) note_change(*slug);
      return done.error();
    }
  }
  RETURN_IF_ERROR(rebuild_stale(*reference, read));
  return read;
}

Status FigureTables::refresh_office(const Office& office, const ReferenceData& reference, std::size_t& read) {
  ASSIGN_OR_RETURN(const auto database, from_.open_office(office));
  Store& store = *database->store;
  ASSIGN_OR_RETURN(const auto held, kept_->get(table_key('o', office.slug)));
  json::Value cursor = json::Value::object();
  if (held) {
    ASSIGN_OR_RETURN(cursor, json::parse_object(*held));
  }
  json::Value now = cursor_of(store, store.sequence(), reference, office);
  std::set<std::string> tables;
  std::uint64_t since = static_cast<std::uint64_t>(json::integer_at(cursor, "sequence").value_or(0));
  if (!continues(cursor, now)) {
    since = 0;
    // Another history: what it does not have any more must go.
    RETURN_IF_ERROR(kept_->each(table_key('k', office.slug), [&](std::string_view name, std::string_view) {
      tables.emplace(name.substr(office.slug.size() + 2));
    }));
  }
  for (bool more = true, first = true; more; first = false) {
    std::uint64_t until = since;
    RETURN_IF_ERROR(store.read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(until, snapshot.sequence());
      ASSIGN_OR_RETURN(const auto records, snapshot.changes(since, until, kChangesAtOnce));
      for (const Record& record : records) {
        if (auto table = table_of(record.id)) tables.insert(*std::move(table));
      }
      more = records.size() == kChangesAtOnce;
      if (more) until = records.back().seq;
      return {};
    }));
    if (tables.empty() && until == since && (!first || (held && continues(cursor, now)))) return {};
    std::vector<Derived::Change> changes;
    RETURN_IF_ERROR(read_keys(office, reference, tables, changes));
    read += tables.size();
    now["sequence"] = until;
    changes.emplace_back(table_key('o', office.slug), json::print(now));
    RETURN_IF_ERROR(keep(changes));
    tables.clear();
    since = until;
  }
  return {};
}

// A table that nobody had rows in rests on what is known now; one that has rests on what it was made with.
Status FigureTables::read_keys(const Office& office, const ReferenceData& reference,
                               const std::set<std::string>& tables, std::vector<Derived::Change>& changes) {
  ASSIGN_OR_RETURN(const auto database, from_.open_office(office));
  return database->store->read([&](Snapshot& snapshot) -> Status {
    for (const std::string& table : tables) {
      const std::string basis = basis_of(reference, table);
      if (!basis_.contains(table)) changes.emplace_back(table_key('b', table), basis);
      const Form* form = reference.form_for(form_in_table(table), period_in_table(table));
      const auto period = parse_period(period_in_table(table));
      OfficeParts parts;
      if (form != nullptr && period) {
        ASSIGN_OR_RETURN(parts, parts_of_office(snapshot, reference, *form, office, *period));
      }
      const bool any = parts.status.has_value();
      const Window window = any ? reference.window(*form, *period).value_or(Window{}) : Window{};
      changes.emplace_back(table_key('c', table, office.slug),
                           any ? std::optional(encode_figure_row(*form, window, parts)) : std::nullopt);
      changes.emplace_back(table_key('s', table, office.slug),
                           any ? std::optional(json::print(parts.status->to_json())) : std::nullopt);
      changes.emplace_back(table_key('k', office.slug, table), any ? std::optional(std::string()) : std::nullopt);
    }
    return {};
  });
}

// What a basis is in memory is what the file says: one that was not kept would not be written again.
Status FigureTables::keep(const std::vector<Derived::Change>& changes) {
  RETURN_IF_ERROR(kept_->apply(changes));
  for (const auto& [key, value] : changes) {
    if (key.starts_with('b') && value) basis_[key.substr(1, key.size() - 2)] = *value;
  }
  return {};
}

Status FigureTables::rebuild_stale(const ReferenceData& reference, std::size_t& read) {
  while (!stale_.empty()) {
    const std::string table = *stale_.begin();
    std::set<std::string> slugs;
    RETURN_IF_ERROR(kept_->each(table_key('s', table), [&](std::string_view name, std::string_view) {
      slugs.emplace(name.substr(table.size() + 2));
    }));
    std::vector<Derived::Change> changes;
    for (const std::string& slug : slugs) {
      if (const auto office = from_.registry.office(slug))
        RETURN_IF_ERROR(read_keys(*office, reference, {table}, changes));
    }
    changes.emplace_back(table_key('b', table), basis_of(reference, table));
    RETURN_IF_ERROR(keep(changes));
    read += slugs.size();
    stale_.erase(table);
  }
  return {};
}

Result<std::optional<std::vector<FigureTables::Row>>> FigureTables::rows(const ReferenceData& reference,
                                                                         const Form& form, const Period& period,
                                                                         Wanted wanted) {
  RETURN_IF_ERROR(refresh());
  const std::string table = table_name(form.code, period.id);
  {
    const std::lock_guard lock(refreshing_);
    const auto kept = basis_.find(table);
    const bool same = kept == basis_.end() || kept->second == basis_of(reference, table);
    if (!same || reference.form_for(form.code, period.id) != &form) return std::optional<std::vector<Row>>();
  }
  const std::string prefix = table_key('c', table);
  const Window window = reference.window(form, period).value_or(Window{});
  std::vector<Row> rows;
  Status sound;
  RETURN_IF_ERROR(kept_->each(prefix, [&](std::string_view name, std::string_view value) {
    auto row = decode_figure_row(value, std::string(name.substr(prefix.size())), period, wanted);
    if (!row) {
      sound = row.error();
      return;
    }
    const auto office = from_.registry.office(row->office);
    for (auto* part : {&row->preview, &row->official}) {
      if (!*part || !office) continue;
      const PlaceOfUnit place = place_of(reference, window, *office, (*part)->unit_code);
      (*part)->order = place.order;
      if ((*part)->unit_name.empty()) (*part)->unit_name = place.name;
    }
    rows.push_back(*std::move(row));
  }));
  RETURN_IF_ERROR(sound);
  return std::optional(std::move(rows));
}

Result<std::map<std::string, ReportStatus>> FigureTables::statuses(const std::string& form, const std::string& period) {
  RETURN_IF_ERROR(refresh());
  const std::string prefix = table_key('s', table_name(form, period));
  std::map<std::string, ReportStatus> found;
  RETURN_IF_ERROR(kept_->each(prefix, [&](std::string_view name, std::string_view value) {
    if (const auto status = json::parse_object(value))
      found.emplace(name.substr(prefix.size()), ReportStatus::from_json(*status));
  }));
  return found;
}

Result<std::vector<FigureTables::Standing>> FigureTables::standings() {
  RETURN_IF_ERROR(refresh());
  std::vector<Standing> all;
  RETURN_IF_ERROR(kept_->each("s", [&](std::string_view name, std::string_view value) {
    const std::string table(name.substr(1, name.rfind(kSeparator) - 1));
    if (const auto status = json::parse_object(value)) {
      all.push_back({form_in_table(table), period_in_table(table), std::string(name.substr(table.size() + 2)),
                     ReportStatus::from_json(*status)});
    }
  }));
  return all;
}

Result<FigureTables::Verified> FigureTables::verify() {
  RETURN_IF_ERROR(refresh());
  const std::lock_guard lock(refreshing_);
  ASSIGN_OR_RETURN(const auto reference, from_.reference.get());
  Verified verified;
  const auto differs = [&](const std::string& name, const char* how) {
    std::string line = name.substr(1) + how;
    std::replace(line.begin(), line.end(), kSeparator, ' ');
    verified.differences.push_back(std::move(line));
  };
  for (const Office& office : from_.registry.offices()) {
    ASSIGN_OR_RETURN(const auto database, from_.open_office(office));
    std::set<std::string> tables;
    RETURN_IF_ERROR(database->store->read([&](Snapshot& snapshot) -> Status {
      for (const char* prefix : {"report:", "submission:"}) {
        ASSIGN_OR_RETURN(const auto records, snapshot.with_prefix(prefix, SIZE_MAX));
        for (const Record& record : records) {
          if (auto table = table_of(record.id)) tables.insert(*std::move(table));
        }
      }
      return {};
    }));
    std::vector<Derived::Change> anew;
    RETURN_IF_ERROR(read_keys(office, *reference, tables, anew));
    ++verified.offices;
    const std::size_t sound_so_far = verified.differences.size();
    for (const auto& [name, value] : anew) {
      if ((name[0] != 'c' && name[0] != 's') || !value) continue;
      verified.reports += name[0] == 's' ? 1 : 0;
      ASSIGN_OR_RETURN(const auto held, kept_->get(name));
      if (held != *value) differs(name, ": not as the documents say");
    }
    RETURN_IF_ERROR(kept_->each(table_key('k', office.slug), [&](std::string_view name, std::string_view) {
      const std::string table(name.substr(office.slug.size() + 2));
      if (!tables.contains(table)) differs(table_key('c', table, office.slug), ": no document says so");
    }));
    // What came in while this was looked at is not in the tables yet.
    const std::lock_guard changed_lock(changed_mutex_);
    if (changed_slugs_.contains(office.slug)) verified.differences.resize(sound_so_far);
  }
  return verified;
}

Status FigureTables::forget() {
  const std::lock_guard lock(refreshing_);
  RETURN_IF_ERROR(kept_->apply(
      {{"b*", std::nullopt}, {"c*", std::nullopt}, {"k*", std::nullopt}, {"o*", std::nullopt}, {"s*", std::nullopt}}));
  basis_.clear();
  stale_.clear();
  seen_ = nullptr;
  const std::lock_guard changed_lock(changed_mutex_);
  checked_.clear();
  return {};
}

}  // namespace tram
