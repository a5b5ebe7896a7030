#include "agent/office.h"

#include "core/base/json.h"
#include "install_paths.h"
#include "storage/salvage.h"
#include "sync/memory.h"

namespace tram::agent {
namespace {

constexpr std::size_t kOwnLeavesMax = 100;

}  // namespace

StoreOptions own_store_options(Clock& clock, Random& random) {
  StoreOptions options = reference_store_options(clock, random);
  options.record_writes = true;
  options.live_leaves_max = kOwnLeavesMax;
  return options;
}

StoreOptions reference_store_options(Clock& clock, Random& random) {
  StoreOptions options;
  options.clock = &clock;
  options.random = &random;
  return options;
}

Result<std::unique_ptr<Office>> Office::open(DataFolder folder, Clock& clock, Random& random) {
  ASSIGN_OR_RETURN(Enrolment enrolment, read_enrolment(folder.path()));
  std::unique_ptr<Office> office(new Office(std::move(folder), std::move(enrolment), clock, random));
  const auto in_folder = [&](const char* name) { return office->folder_.file(name); };
  StoreOptions own = own_store_options(clock, random);
  own.on_disk_full = [path = office->folder_.path()] { spend_reserve(path); };
  ASSIGN_OR_RETURN(office->own_, open_or_salvage(in_folder(kOwnFile), own));
  ASSIGN_OR_RETURN(office->reference_store_,
                   open_or_salvage(in_folder(kReferenceFile), reference_store_options(clock, random)));
  office->reference_ = std::make_unique<Reference>(*office->reference_store_, shipped_reference());
  return office;
}

Result<json::Value> Office::unit_stamp(std::string_view day) {
  ASSIGN_OR_RETURN(const OfficeFacts facts, reference_->office(enrolment_.office));
  std::string code = facts.unit;
  if (code.empty()) code = enrolment_.unit;
  if (code.empty()) code = unit_of_slug(enrolment_.office).value_or("");
  ASSIGN_OR_RETURN(const auto unit, reference_->unit(code, day));
  return unit ? unit->stamp() : json::Value(nullptr);
}

Result<json::Value> Office::ended_unit() {
  const std::string today = vietnam_day(clock_.wall_ms());
  ASSIGN_OR_RETURN(const json::Value stamp, unit_stamp(today));
  const std::string code = stamp.is_object() ? json::string_at(stamp, "code").value_or("") : "";
  ASSIGN_OR_RETURN(const auto unit, reference_->unit(code, today));
  if (!unit || unit->valid_to.empty() || today <= unit->valid_to) return json::Value(nullptr);
  ASSIGN_OR_RETURN(const UnitLinks links, reference_->links(code));
  json::Value successors = json::Value::array();
  for (const auto& [next, link] : links.successors) successors.push_back({{"code", next}, {"name", link.name}});
  return json::Value{
      {"code", code}, {"name_vi", unit->name_vi}, {"valid_to", unit->valid_to}, {"successors", std::move(successors)}};
}

Result<std::string> Office::clock_quality() {
  std::string last_contact;
  RETURN_IF_ERROR(own_->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const Memory memory, load_memory(snapshot));
    last_contact = memory.last_contact;
    return {};
  }));
  if (last_contact.empty()) return std::string("unknown");
  return std::string(utc_text(clock_.wall_ms()) < last_contact ? "wrong" : "trusted");
}

}  // namespace tram::agent
