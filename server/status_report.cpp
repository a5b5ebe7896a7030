#include "server/status_report.h"

#include "install_paths.h"
#include "server/office_order.h"
#include "storage/data_folder.h"

namespace tram {
namespace {

struct Totals {
  Counts counts;
  std::size_t conflicts = 0;
};

Result<Totals> totals_of(Store& store) {
  Totals totals;
  RETURN_IF_ERROR(store.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(totals.counts, snapshot.counts());
    ASSIGN_OR_RETURN(const auto conflicts, snapshot.in_conflict(SIZE_MAX));
    totals.conflicts = conflicts.size();
    return {};
  }));
  return totals;
}

json::Value text_or_null(const std::string& text) { return text.empty() ? json::Value(nullptr) : json::Value(text); }

}  // namespace

Result<json::Value> office_status(Province& province, const Office& office) {
  ASSIGN_OR_RETURN(const auto database, province.databases().open(office_database(office.slug)));
  ASSIGN_OR_RETURN(const Totals totals, totals_of(*database->store));
  const Contact contact = province.registry().contact(office.slug);
  json::Value refusal = nullptr;
  if (!contact.last_id.empty()) refusal = {{"id", contact.last_id}, {"code", contact.last_code}};
  return json::Value{{"slug", office.slug},
                     {"name", office.name},
                     {"unit", text_or_null(office.unit)},
                     {"database", database->name},
                     {"last_contact", text_or_null(contact.at)},
                     {"documents", totals.counts.live},
                     {"deleted", totals.counts.deleted},
                     {"conflicts", totals.conflicts},
                     {"refused", contact.refused},
                     {"last_refusal", refusal},
                     {"sequence", database->store->sequence()}};
}

Result<json::Value> status_report(Province& province, bool running) {
  json::Value offices = json::Value::array(), plain = json::Value::array();
  for (const Office& office : by_name(province.registry().offices())) {
    ASSIGN_OR_RETURN(json::Value status, office_status(province, office));
    offices.push_back(std::move(status));
  }
  for (const auto& [name, file] : province.registry().plain()) {
    ASSIGN_OR_RETURN(const auto database, province.databases().open(name));
    ASSIGN_OR_RETURN(const Totals totals, totals_of(*database->store));
    plain.push_back({{"name", name}, {"documents", totals.counts.live}, {"deleted", totals.counts.deleted}});
  }
  ASSIGN_OR_RETURN(const Totals reference, totals_of(province.reference_store()));
  ASSIGN_OR_RETURN(const auto data, province.reference().get());
  return json::Value{{"province", province.name()},
                     {"uuid", province.uuid()},
                     {"version", std::string(kVersion)},
                     {"running", running},
                     {"offices", offices},
                     {"databases", plain},
                     {"reference",
                      {{"documents", reference.counts.live},
                       {"forms", data->forms.size()},
                       {"units", data->units.size()},
                       {"campaigns", data->campaigns.size()},
                       {"sequence", province.reference_store().sequence()}}},
                     {"disk_free_bytes", free_bytes(province.folder())}};
}

}  // namespace tram
