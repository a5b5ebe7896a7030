#include "server/unit_history.h"

#include "core/reports/unit_links.h"

namespace tram {
namespace {

json::Value list_of(const std::map<std::string, UnitLink>& links) {
  json::Value list = json::Value::array();
  for (const auto& [code, link] : links) {
    json::Value from = json::Value::array();
    for (const auto& [from_code, from_name] : link.from) from.push_back({{"code", from_code}, {"name", from_name}});
    list.push_back({{"code", code},
                    {"name", link.name},
                    {"from", std::move(from)},
                    {"kind", link.kind},
                    {"certainty", link.certainty}});
  }
  return list;
}

}  // namespace

Result<json::Value> unit_history(Province& province, const std::string& code) {
  ASSIGN_OR_RETURN(const auto reference, province.reference().get());
  if (!reference->units.knows(code)) return error(ErrorCode::not_found, "there is no unit " + code);
  json::Value units = json::Value::array(), offices = json::Value::array();
  for (const Unit* unit : reference->units.all()) {
    if (unit->code != code) continue;
    units.push_back({{"code", unit->code},
                     {"name_vi", unit->name_vi},
                     {"level", unit->level},
                     {"parent", unit->parent},
                     {"valid_from", unit->valid_from},
                     {"valid_to", unit->valid_to}});
  }
  for (const Office& office : province.registry().offices()) {
    if (office.unit == code) offices.push_back(office.slug);
  }
  UnitLinks links;
  RETURN_IF_ERROR(province.reference_store().read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto records, snapshot.with_prefix("units_map:", SIZE_MAX));
    for (const Record& record : records) {
      ASSIGN_OR_RETURN(const auto document, snapshot.winner(record.id));
      if (!document) continue;
      ASSIGN_OR_RETURN(const json::Value body, json::parse_object(document->body));
      links.add_csv(json::string_at(body, "csv").value_or(""), code);
    }
    return {};
  }));
  return json::Value{{"code", code},
                     {"units", std::move(units)},
                     {"offices", std::move(offices)},
                     {"successors", list_of(links.successors)},
                     {"predecessors", list_of(links.predecessors)}};
}

}  // namespace tram
