// _index and _explain: indexes of Mango, which clients make before they ask. They are kept as a CouchDB keeps them, in
// design documents of the language "query", and so they replicate; _find does not use them, and _explain says so.
#include "core/base/digest.h"
#include "core/base/json.h"
#include "sync/selector.h"
#include "sync/service.h"

namespace tram {
namespace {

constexpr std::string_view kDesigns = "_design/";
constexpr std::size_t kDesignsMax = 1000;
constexpr std::string_view kAllDocs =
    R"({"ddoc":null,"name":"_all_docs","type":"special","def":{"fields":[{"_id":"asc"}]}})";

struct Index {
  std::string design, name;
  json::Value fields;  // as asked: names, or {name: "asc" or "desc"}
};

Error bad_index(std::string message, std::string name = "bad_request") {
  return error(ErrorCode::bad_request, std::move(message), std::move(name));
}

std::string design_id(std::string_view name) {
  return name.starts_with(kDesigns) ? std::string(name) : std::string(kDesigns) + std::string(name);
}

// {name: "asc" or "desc"} of a field.
Result<json::Value> with_direction(const json::Value& field) {
  if (field.is_string()) return json::Value{{field.get<std::string>(), "asc"}};
  const bool is_pair =
      field.is_object() && field.size() == 1 && (field.begin().value() == "asc" || field.begin().value() == "desc");
  if (!is_pair) return bad_index("fields is a list of names, or of {name: \"asc\" or \"desc\"}.", "invalid_sort_field");
  return field;
}

Result<Index> read_index(std::string_view text) {
  ASSIGN_OR_RETURN(const json::Value body, json::parse_object(text));
  if (json::string_at(body, "type").value_or("json") != "json")
    return bad_index("Only indexes of the type json are kept.");
  const json::Value* wanted = json::object_at(body, "index");
  const json::Value* fields = wanted != nullptr ? json::array_at(*wanted, "fields") : nullptr;
  if (fields == nullptr || fields->empty()) return bad_index("The request has no index with fields.");
  if (wanted->contains("partial_filter_selector")) return bad_index("Indexes of a part of the documents are not kept.");
  std::string direction;
  for (const json::Value& field : *fields) {
    ASSIGN_OR_RETURN(const json::Value one, with_direction(field));
    if (!direction.empty() && one.begin().value() != direction) return mixed_sort();
    direction = one.begin().value();
  }
  const std::string made = sha256_hex(json::print(body)).substr(0, 40);
  Index index{json::string_at(body, "ddoc").value_or(made), json::string_at(body, "name").value_or(made), *fields};
  if (index.design.empty() || index.name.empty()) return bad_index("An index has a name, and its design document too.");
  index.design = design_id(index.design);
  return index;
}

Result<json::Value> view_of(const Index& index) {
  json::Value directions = json::Value::object();
  for (const json::Value& field : index.fields) {
    ASSIGN_OR_RETURN(const json::Value one, with_direction(field));
    directions.update(one);
  }
  return json::Value{{"map", {{"fields", std::move(directions)}}},
                     {"reduce", "_count"},
                     {"options", {{"def", {{"fields", index.fields}}}}}};
}

struct Design {
  RevisionId rev;
  json::Value body = json::Value::object();
  json::Value& views() { return body["views"]; }
};

// Nothing but an empty one where there is none. Error forbidden for one that holds other things than indexes.
Result<Design> read_design(Store& store, const std::string& id) {
  Design design;
  RETURN_IF_ERROR(store.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto document, snapshot.winner(id));
    if (!document) return {};
    design.rev = document->rev;
    ASSIGN_OR_RETURN(design.body, json::parse_object(document->body));
    return {};
  }));
  if (!design.rev.empty() && json::string_at(design.body, "language") != "query") {
    return error(ErrorCode::forbidden, "The design document " + id + " is not one of indexes.");
  }
  design.body["language"] = "query";
  if (json::object_at(design.body, "views") == nullptr) design.views() = json::Value::object();
  return design;
}

Result<http::Response> make_index(const Call& call) {
  if (auto refused = refuse_other_than_json(call.request)) return *std::move(refused);
  ASSIGN_OR_RETURN(const Index index, read_index(call.request.body));
  ASSIGN_OR_RETURN(json::Value view, view_of(index));
  ASSIGN_OR_RETURN(Design design, read_design(*call.database->store, index.design));
  const bool exists = design.views().contains(index.name) && design.views()[index.name] == view;
  if (!exists) {
    design.views()[index.name] = std::move(view);
    ASSIGN_OR_RETURN(http::Response made,
                     edit_document(call, {index.design, design.rev, false, json::print(design.body)}, 200));
    if (made.status != 200) return made;
  }
  const json::Value answer = {{"result", exists ? "exists" : "created"}, {"id", index.design}, {"name", index.name}};
  return http::json_response(200, json::print(answer) + "\n");
}

// /{db}/_index/{design}/json/{name}, where the design document's id may come whole.
Result<http::Response> remove_index(const Call& call) {
  const std::string id = design_id(call.path["design"]);
  ASSIGN_OR_RETURN(Design design, read_design(*call.database->store, id));
  if (design.views().erase(call.path["name"]) == 0) return error(ErrorCode::not_found, "missing");
  const bool is_empty = design.views().empty();
  ASSIGN_OR_RETURN(http::Response removed,
                   edit_document(call, {id, design.rev, is_empty, is_empty ? "{}" : json::print(design.body)}, 200));
  return removed.status == 200 ? http::json_response(200, "{\"ok\":true}\n") : std::move(removed);
}

Status add_indexes(const Document& document, std::size_t& count, std::string& out) {
  ASSIGN_OR_RETURN(const json::Value body, json::parse_object(document.body));
  const json::Value* views = json::object_at(body, "views");
  if (json::string_at(body, "language") != "query" || views == nullptr) return {};
  for (const auto& [name, view] : views->items()) {
    const json::Value* options = json::object_at(view, "options");
    const json::Value* def = options != nullptr ? json::object_at(*options, "def") : nullptr;
    const json::Value* fields = def != nullptr ? json::array_at(*def, "fields") : nullptr;
    json::Value shown = json::Value::array();
    for (const json::Value& field : fields != nullptr ? *fields : json::Value::array()) {
      auto one = with_direction(field);
      if (one) shown.push_back(*std::move(one));
    }
    const json::Value row = {
        {"ddoc", document.id}, {"name", name}, {"type", "json"}, {"def", {{"fields", std::move(shown)}}}};
    out += ',' + json::print(row);
    ++count;
  }
  return {};
}

Result<http::Response> list_indexes(const Call& call) {
  std::size_t count = 1;
  std::string rows(kAllDocs);
  RETURN_IF_ERROR(call.database->store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto records, snapshot.with_prefix(kDesigns, kDesignsMax));
    for (const Record& record : records) {
      ASSIGN_OR_RETURN(const auto document, snapshot.winner(record.id));
      if (document) RETURN_IF_ERROR(add_indexes(*document, count, rows));
    }
    return {};
  }));
  return http::json_response(200, "{\"total_rows\":" + std::to_string(count) + ",\"indexes\":[" + rows + "]}\n");
}

Result<http::Response> explain(const Call& call) {
  if (auto refused = refuse_other_than_json(call.request)) return *std::move(refused);
  ASSIGN_OR_RETURN(const json::Value body, json::parse_object(call.request.body));
  const json::Value* selector = json::object_at(body, "selector");
  if (selector == nullptr) return bad_index("The request has no selector.");
  RETURN_IF_ERROR(Selector::parse(*selector));
  const json::Value* fields = json::array_at(body, "fields");
  ASSIGN_OR_RETURN(const json::Value all_docs, json::parse(kAllDocs));
  const json::Value answer = {{"dbname", call.database->name},
                              {"index", all_docs},
                              {"selector", *selector},
                              {"limit", json::integer_at(body, "limit").value_or(25)},
                              {"skip", json::integer_at(body, "skip").value_or(0)},
                              {"fields", fields != nullptr ? *fields : json::Value("all_fields")}};
  return http::json_response(200, json::print(answer) + "\n");
}

}  // namespace

void add_index_routes(http::Router& router, Service& service) {
  router.add("GET", "/{db}/_index", service.in_database(Access::read, list_indexes));
  router.add("POST", "/{db}/_index", service.in_database(Access::write, make_index));
  router.add("DELETE", "/{db}/_index/{design}/json/{name}", service.in_database(Access::write, remove_index));
  router.add("DELETE", "/{db}/_index/_design/{design}/json/{name}", service.in_database(Access::write, remove_index));
  router.add("POST", "/{db}/_explain", service.in_database(Access::read, explain));
}

}  // namespace tram
