#include "agent/reference.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "core/base/json.h"
#include "storage/data_folder.h"
#include "sync/memory.h"

namespace tram::agent {
namespace {

constexpr std::size_t kUnitsMax = 100'000;
constexpr std::size_t kFormsMax = 10'000;

// "form:bm02:1" -> {"bm02", 1}; version 0 for an id of another shape.
std::pair<std::string, int> parse_form_id(std::string_view id) {
  id.remove_prefix(std::min(id.size(), std::string_view("form:").size()));
  const auto colon = id.rfind(':');
  if (colon == std::string_view::npos) return {};
  int version = 0;
  const auto [end, failed] = std::from_chars(id.data() + colon + 1, id.data() + id.size(), version);
  if (failed != std::errc{} || end != id.data() + id.size()) return {};
  return {std::string(id.substr(0, colon)), version};
}

Result<UnitTree> shipped_units(const std::filesystem::path& shipped) {
  UnitTree tree;
  for (const char* file : {"units.csv", "units_communes_pre2025.csv"}) {
    ASSIGN_OR_RETURN(const std::string text, read_file((shipped / file).string()));
    RETURN_IF_ERROR(tree.add_csv(text));
  }
  return tree;
}

Status add_stored_units(Store& store, UnitTree& tree) {
  return store.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto records, snapshot.with_prefix("unit:", kUnitsMax));
    for (const Record& record : records) {
      if (record.tree.deleted()) continue;
      ASSIGN_OR_RETURN(const auto document, snapshot.document(record, record.tree.winner()));
      if (!document) continue;
      ASSIGN_OR_RETURN(const json::Value body, json::parse_object(document->body));
      auto unit = unit_from_document(body);
      if (unit) tree.add(std::move(*unit));
    }
    return {};
  });
}

}  // namespace

Result<std::optional<json::Value>> Reference::document(const std::string& id) {
  std::optional<json::Value> body;
  RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto winner, snapshot.winner(id));
    if (!winner) return {};
    ASSIGN_OR_RETURN(body, json::parse_object(winner->body));
    return {};
  }));
  return body;
}

Result<std::vector<std::string>> Reference::form_codes() {
  std::set<std::string> codes;
  RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto records, snapshot.with_prefix("form:", kFormsMax));
    for (const Record& record : records) {
      if (!record.tree.deleted()) codes.insert(parse_form_id(record.id).first);
    }
    return {};
  }));
  ASSIGN_OR_RETURN(const bool all_there, whole());
  std::error_code ignored;
  if (codes.empty() || !all_there) {
    for (const auto& file : std::filesystem::directory_iterator(shipped_ / "forms", ignored)) {
      if (file.path().extension() == ".json") codes.insert(file.path().stem().string());
    }
  }
  return std::vector<std::string>(codes.begin(), codes.end());
}

void Reference::forget_if_changed() {
  const std::uint64_t now = store_.sequence();
  if (now == loaded_at_) return;
  forms_.clear();
  units_.reset();
  loaded_at_ = now;
}

Result<FormPtr> Reference::form(std::string_view code, int version) {
  const std::scoped_lock lock(mutex_);
  forget_if_changed();
  const std::pair<std::string, int> key(code, version);
  if (const auto known = forms_.find(key); known != forms_.end()) return known->second;
  ASSIGN_OR_RETURN(FormPtr form, load(code, version));
  forms_.emplace(key, form);
  return form;
}

Result<FormPtr> Reference::load(std::string_view code, int version) {
  ASSIGN_OR_RETURN(const json::Value body, form_document(code, version));
  ASSIGN_OR_RETURN(Form form, load_form(body));
  return std::make_shared<const Form>(std::move(form));
}

Result<json::Value> Reference::form_document(std::string_view code, int version) {
  const std::string prefix = "form:" + std::string(code) + ":";
  int newest = version;
  if (version == 0) {
    RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(const auto records, snapshot.with_prefix(prefix, kFormsMax));
      for (const Record& record : records) {
        if (!record.tree.deleted()) newest = std::max(newest, parse_form_id(record.id).second);
      }
      return {};
    }));
  }
  if (newest > 0) {
    ASSIGN_OR_RETURN(auto body, document(prefix + std::to_string(newest)));
    if (body) return *std::move(body);
  }
  return shipped_document(code, version);
}

Result<json::Value> Reference::shipped_document(std::string_view code, int version) {
  ASSIGN_OR_RETURN(const auto codes, form_codes());
  const bool listed = std::find(codes.begin(), codes.end(), code) != codes.end();
  const auto text = listed ? read_file((shipped_ / "forms" / (std::string(code) + ".json")).string())
                           : Result<std::string>(error(ErrorCode::not_found, "unknown"));
  if (text) {
    ASSIGN_OR_RETURN(json::Value body, json::parse_object(*text));
    if (version == 0 || json::integer_at(body, "version") == version) return body;
  }
  if (listed) {
    return error(ErrorCode::not_found, "version " + std::to_string(version) + " of form " + std::string(code) +
                                           " has not come from the province yet; run: tram-agent sync");
  }
  std::string known;
  for (const std::string& one : codes) known += (known.empty() ? "" : ", ") + one;
  return error(ErrorCode::not_found, "there is no form '" + std::string(code) + "'; there are " + known);
}

Result<std::shared_ptr<const UnitTree>> Reference::units() {
  const std::scoped_lock lock(mutex_);
  forget_if_changed();
  ASSIGN_OR_RETURN(const bool all_there, whole());
  if (!units_ || units_whole_ != all_there) {
    ASSIGN_OR_RETURN(UnitTree tree, load_units(all_there));
    units_ = std::make_shared<const UnitTree>(std::move(tree));
    units_whole_ = all_there;
  }
  return units_;
}

Result<UnitTree> Reference::load_units(bool all_there) {
  UnitTree tree;
  if (!all_there) {
    ASSIGN_OR_RETURN(tree, shipped_units(shipped_));
  }
  RETURN_IF_ERROR(add_stored_units(store_, tree));
  return tree.size() > 0 ? tree : shipped_units(shipped_);
}

Result<UnitLinks> Reference::links(std::string_view code) {
  UnitLinks links;
  bool stored = false;
  RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto records, snapshot.with_prefix("units_map:", kUnitsMax));
    for (const Record& record : records) {
      ASSIGN_OR_RETURN(const auto document, snapshot.winner(record.id));
      if (!document) continue;
      ASSIGN_OR_RETURN(const json::Value body, json::parse_object(document->body));
      links.add_csv(json::string_at(body, "csv").value_or(""), code);
      stored = true;
    }
    return {};
  }));
  if (stored) return links;
  ASSIGN_OR_RETURN(const std::string text, read_file((shipped_ / "units_map_2025.csv").string()));
  links.add_csv(text, code);
  return links;
}

Result<std::optional<Unit>> Reference::unit(std::string_view code, std::string_view day) {
  if (code.empty()) return std::optional<Unit>();
  ASSIGN_OR_RETURN(auto units, this->units());
  if (!units->knows(code)) {
    ASSIGN_OR_RETURN(UnitTree shipped, shipped_units(shipped_));
    units = std::make_shared<const UnitTree>(std::move(shipped));
  }
  const Unit* unit = units->find(code, day);
  if (unit == nullptr) unit = units->newest(code);
  return unit == nullptr ? std::optional<Unit>() : std::optional<Unit>(*unit);
}

Result<bool> Reference::whole() {
  bool all_there = false;
  RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(all_there, came_whole(snapshot));
    return {};
  }));
  return all_there;
}

Result<std::optional<Campaign>> Reference::campaign(std::string_view form, std::string_view period) {
  ASSIGN_OR_RETURN(const auto body, document("campaign:" + std::string(form) + ":" + std::string(period)));
  if (!body) return std::optional<Campaign>();
  ASSIGN_OR_RETURN(Campaign campaign, campaign_from_document(*body));
  return std::optional<Campaign>(std::move(campaign));
}

Result<std::vector<Campaign>> Reference::campaigns() {
  std::vector<Campaign> campaigns;
  RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto records, snapshot.with_prefix("campaign:", kFormsMax));
    for (const Record& record : records) {
      if (record.tree.deleted()) continue;
      ASSIGN_OR_RETURN(const auto document, snapshot.document(record, record.tree.winner()));
      if (!document) continue;
      ASSIGN_OR_RETURN(const json::Value body, json::parse_object(document->body));
      auto campaign = campaign_from_document(body);
      if (campaign) campaigns.push_back(std::move(*campaign));
    }
    return {};
  }));
  return campaigns;
}

Result<json::Value> Reference::document_or_shipped(const std::string& id, const char* file) {
  ASSIGN_OR_RETURN(const auto body, document(id));
  if (body) return *body;
  ASSIGN_OR_RETURN(const std::string text, read_file((shipped_ / file).string()));
  return json::parse_object(text);
}

Result<Calendar> Reference::calendar() {
  ASSIGN_OR_RETURN(const json::Value body, document_or_shipped("holidays:vn", "holidays_vn.json"));
  return Calendar::load(body);
}

Result<DueRules> Reference::due_rules() {
  ASSIGN_OR_RETURN(const json::Value body, document_or_shipped("periods:vn", "periods.json"));
  return DueRules::load(body);
}

Result<OfficeFacts> Reference::office(std::string_view slug) {
  ASSIGN_OR_RETURN(const auto body, document("office:" + std::string(slug)));
  OfficeFacts facts;
  if (!body) return facts;
  facts.known = true;
  facts.name = json::string_at(*body, "name").value_or("");
  facts.two_steps = json::boolean_at(*body, "two_steps").value_or(false);
  facts.unit = json::string_at(*body, "unit").value_or("");
  if (const json::Value* unit = json::object_at(*body, "unit"))
    facts.unit = json::string_at(*unit, "code").value_or("");
  return facts;
}

}  // namespace tram::agent
