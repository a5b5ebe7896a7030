#include "server/unit_history.h"

#include <map>

namespace tram {
namespace {

struct UnitLink {
  std::string name, kind, certainty;
  json::Value from = json::Value::array();
};

class Links {
 public:
  // One line of the map, seen from the other end: `code` and `name` are where the link leads.
  void add(const std::string& code, const std::string& name, const std::string& from_code, const std::string& from_name,
           const std::string& kind, const std::string& certainty) {
    UnitLink& link = links_[code];
    link.name = name;
    link.kind = link.kind.empty() || link.kind == kind ? kind : "mixed";
    link.certainty = certainty;
    link.from.push_back({{"code", from_code}, {"name", from_name}});
  }

  json::Value list() const {
    json::Value list = json::Value::array();
    for (const auto& [code, link] : links_) {
      list.push_back({{"code", code},
                      {"name", link.name},
                      {"from", link.from},
                      {"kind", link.kind},
                      {"certainty", link.certainty}});
    }
    return list;
  }

 private:
  std::map<std::string, UnitLink> links_;
};

void read_map(std::string_view csv, const std::string& code, Links& successors, Links& predecessors) {
  std::vector<std::string> header;
  while (!csv.empty()) {
    const auto end = std::min(csv.find('\n'), csv.size());
    const std::vector<std::string> cells = csv_cells(csv.substr(0, end));
    csv.remove_prefix(std::min(end + 1, csv.size()));
    if (header.empty()) {
      header = cells;
      continue;
    }
    if (cells.size() != header.size()) continue;
    std::map<std::string, std::string> line;
    for (std::size_t i = 0; i < cells.size(); ++i) line[header[i]] = cells[i];
    if (line["old_code"] == code || line["old_district"] == code)
      successors.add(line["new_code"], line["new_name"], line["old_code"], line["old_name"], line["kind"],
                     line["certainty"]);
    if (line["new_code"] == code)
      predecessors.add(line["old_code"], line["old_name"], line["new_code"], line["new_name"], line["kind"],
                       line["certainty"]);
  }
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
  Links successors, predecessors;
  RETURN_IF_ERROR(province.reference_store().read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto records, snapshot.with_prefix("units_map:", SIZE_MAX));
    for (const Record& record : records) {
      ASSIGN_OR_RETURN(const auto document, snapshot.winner(record.id));
      if (!document) continue;
      ASSIGN_OR_RETURN(const json::Value body, json::parse_object(document->body));
      read_map(json::string_at(body, "csv").value_or(""), code, successors, predecessors);
    }
    return {};
  }));
  return json::Value{{"code", code},
                     {"units", std::move(units)},
                     {"offices", std::move(offices)},
                     {"successors", successors.list()},
                     {"predecessors", predecessors.list()}};
}

}  // namespace tram
