#include "server/reference_loader.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>

#include "core/reports/calendar.h"
#include "core/reports/form.h"
#include "core/reports/unit.h"
#include "storage/data_folder.h"

namespace tram {
namespace {

namespace fs = std::filesystem;
using Documents = std::vector<ReferenceDocument>;

Result<json::Value> read_json(const fs::path& path) {
  ASSIGN_OR_RETURN(const std::string text, read_file(path.string()));
  auto value = json::parse_object(text);
  if (!value) return value.error().within(path.string());
  return value;
}

std::vector<fs::path> files_in(const fs::path& folder, std::string_view beginning, std::string_view end) {
  std::vector<fs::path> files;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), last; !failed && at != last; at.increment(failed)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with(beginning) && name.ends_with(end)) files.push_back(at->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Status add_forms(const fs::path& folder, Documents& out) {
  std::vector<std::pair<fs::path, Form>> forms;
  for (const fs::path& path : files_in(folder / "forms", "", ".json")) {
    ASSIGN_OR_RETURN(json::Value body, read_json(path));
    auto form = load_form(body);
    if (!form) return form.error().within(path.string());
    body["type"] = "form";
    out.push_back({form->id(), std::move(body)});
    forms.emplace_back(path, std::move(*form));
  }
  if (forms.empty()) return error(ErrorCode::not_found, "no forms/*.json in " + folder.string());
  FormsByCode by_code;
  for (const auto& [path, form] : forms) by_code[form.code] = &form;
  for (const auto& [path, form] : forms) {
    if (auto checked = check_other_forms(form, by_code); !checked) return checked.error().within(path.string());
  }
  return {};
}

Status add_units(const fs::path& folder, Documents& out) {
  UnitTree tree;
  for (const fs::path& path : files_in(folder, "units", ".csv")) {
    if (path.filename().string().starts_with("units_map")) continue;
    ASSIGN_OR_RETURN(const std::string text, read_file(path.string()));
    if (auto added = tree.add_csv(text); !added) return added.error().within(path.string());
  }
  for (const Unit* unit : tree.all()) out.push_back({unit->id(), unit_document(*unit)});
  return {};
}

// One document, for it is an aid that is looked at as a whole.
Status add_units_map(const fs::path& folder, Documents& out) {
  for (const fs::path& path : files_in(folder, "units_map_", ".csv")) {
    ASSIGN_OR_RETURN(const std::string text, read_file(path.string()));
    const std::string stem = path.stem().string();
    const std::string year = stem.substr(stem.find_last_of('_') + 1);
    out.push_back({"units_map:" + year, {{"type", "units_map"}, {"year", year}, {"csv", text}}});
  }
  return {};
}

Status add_calendar(const fs::path& folder, Documents& out) {
  if (const fs::path path = folder / "periods.json"; file_exists(path.string())) {
    ASSIGN_OR_RETURN(json::Value body, read_json(path));
    if (auto rules = DueRules::load(body); !rules) return rules.error().within(path.string());
    body["type"] = "periods";
    out.push_back({"periods:vn", std::move(body)});
  }
  if (const fs::path path = folder / "holidays_vn.json"; file_exists(path.string())) {
    ASSIGN_OR_RETURN(json::Value body, read_json(path));
    if (auto calendar = Calendar::load(body); !calendar) return calendar.error().within(path.string());
    body["type"] = "holidays";
    out.push_back({"holidays:vn", std::move(body)});
  }
  return {};
}

Status add_targets(const fs::path& folder, Documents& out) {
  const fs::path path = folder / "targets.json";
  if (!file_exists(path.string())) return {};
  ASSIGN_OR_RETURN(const json::Value file, read_json(path));
  const std::string province = json::string_at(file, "province").value_or("");
  const json::Value* targets = json::array_at(file, "targets");
  if (targets == nullptr) return error(ErrorCode::bad_request, path.string() + ": no list of targets");
  for (const json::Value& target : *targets) {
    const auto id = json::string_at(target, "id");
    if (!id) return error(ErrorCode::bad_request, path.string() + ": a target without an id");
    json::Value body = target;
    body["type"] = "target";
    body["province"] = province;
    body["set_label_vi"] = json::string_at(file, "label_vi").value_or("");
    body["status"] = json::string_at(file, "status").value_or("");
    out.push_back({"target:" + province + ":" + *id, std::move(body)});
  }
  return {};
}

}  // namespace

Result<std::vector<ReferenceDocument>> read_reference(const std::string& folder) {
  std::error_code failed;
  if (!fs::is_directory(folder, failed)) return error(ErrorCode::not_found, "no folder of reference data at " + folder);
  Documents documents;
  RETURN_IF_ERROR(add_forms(folder, documents));
  RETURN_IF_ERROR(add_units(folder, documents));
  RETURN_IF_ERROR(add_units_map(folder, documents));
  RETURN_IF_ERROR(add_calendar(folder, documents));
  RETURN_IF_ERROR(add_targets(folder, documents));
  return documents;
}

Result<std::size_t> save_reference(Store& store, const std::vector<ReferenceDocument>& documents) {
  std::size_t saved = 0;
  RETURN_IF_ERROR(store.write([&](Transaction& transaction) -> Status {
    saved = 0;
    for (const ReferenceDocument& document : documents) {
      const std::string text = json::print(document.body);
      ASSIGN_OR_RETURN(const auto held, transaction.winner(document.id));
      if (held && held->body == text) continue;
      RETURN_IF_ERROR(transaction.save(document.id, held ? held->rev : RevisionId{}, false, text));
      ++saved;
    }
    return {};
  }));
  return saved;
}

}  // namespace tram
