// _find. No index is used: at most 10 000 documents are looked at, in order of their ids.
#include <algorithm>

#include "core/base/digest.h"
#include "core/base/json.h"
#include "sync/render.h"
#include "sync/selector.h"
#include "sync/service.h"

namespace tram {
namespace {

constexpr std::uint64_t kLimit = 25;
constexpr std::size_t kLookedAtMax = 10'000;
constexpr std::size_t kFindSlice = 200;
constexpr std::string_view kNoBookmark = "nil";

struct Wanted {
  Selector selector;
  std::vector<std::string> fields;
  std::vector<std::pair<std::string, bool>> sort;  // path, descending
  std::uint64_t limit = kLimit;
  std::uint64_t skip = 0;
  std::string from;  // the id to begin at
};

Error bad(std::string message) { return error(ErrorCode::bad_request, std::move(message)); }

Result<std::vector<std::string>> read_fields(const json::Value& body) {
  std::vector<std::string> fields;
  const json::Value* list = json::array_at(body, "fields");
  if (list == nullptr && body.contains("fields") && body["fields"] != "all_fields") return bad("fields is a list.");
  for (const json::Value& field : list != nullptr ? *list : json::Value::array()) {
    if (!field.is_string()) return bad("A field is a string.");
    fields.push_back(field.get<std::string>());
  }
  return fields;
}

Result<std::vector<std::pair<std::string, bool>>> read_sort(const json::Value& body) {
  std::vector<std::pair<std::string, bool>> sort;
  const json::Value* list = json::array_at(body, "sort");
  if (list == nullptr && body.contains("sort")) return bad("sort is a list.");
  for (const json::Value& one : list != nullptr ? *list : json::Value::array()) {
    if (one.is_string()) {
      sort.emplace_back(one.get<std::string>(), false);
    } else if (one.is_object() && one.size() == 1 && (one.begin().value() == "asc" || one.begin().value() == "desc")) {
      sort.emplace_back(one.begin().key(), one.begin().value() == "desc");
    } else {
      return bad("sort is a list of names, or of {name: \"asc\" or \"desc\"}.");
    }
  }
  const auto turns = [&](const auto& by) { return by.second != sort.front().second; };
  if (std::any_of(sort.begin(), sort.end(), turns)) return mixed_sort();
  return sort;
}

Result<Wanted> read_wanted(std::string_view text) {
  ASSIGN_OR_RETURN(const json::Value body, json::parse_object(text));
  const json::Value* selector = json::object_at(body, "selector");
  if (selector == nullptr) return bad("The request has no selector.");
  ASSIGN_OR_RETURN(Selector parsed, Selector::parse(*selector));
  Wanted wanted{std::move(parsed), {}, {}, kLimit, 0, {}};
  ASSIGN_OR_RETURN(wanted.fields, read_fields(body));
  ASSIGN_OR_RETURN(wanted.sort, read_sort(body));
  for (const auto& [name, value] : {std::pair("limit", &wanted.limit), std::pair("skip", &wanted.skip)}) {
    if (!body.contains(name)) continue;
    const auto n = json::integer_at(body, name);
    if (!n || *n < 0) return bad(std::string(name) + " is a whole number.");
    *value = static_cast<std::uint64_t>(*n);
  }
  const std::string bookmark = json::string_at(body, "bookmark").value_or("");
  if (!bookmark.empty() && bookmark != kNoBookmark) {
    auto id = from_base64(bookmark);
    if (!id) return error(ErrorCode::bad_request, "This is no bookmark of this server.", "invalid_bookmark");
    wanted.from = *std::move(id);
  }
  return wanted;
}

// Copies the member at a dotted path into the same place of `to`.
void copy_field(const json::Value& from, const std::string& dotted, json::Value& to) {
  const json::Value* found = member_at(from, dotted);
  if (found == nullptr) return;
  json::Value* at = &to;
  std::string name;
  for (std::size_t i = 0; i < dotted.size(); ++i) {
    if (dotted[i] == '\\' && dotted.substr(i + 1, 1) == ".") {
      name += dotted[++i];
    } else if (dotted[i] != '.') {
      name += dotted[i];
    } else {
      at = &(*at)[std::exchange(name, {})];
      if (!at->is_object()) *at = json::Value::object();
    }
  }
  (*at)[name] = *found;
}

bool before(const json::Value& a, const json::Value& b, const std::vector<std::pair<std::string, bool>>& sort) {
  const json::Value absent;
  for (const auto& [path, descending] : sort) {
    const json::Value* x = member_at(a, path);
    const json::Value* y = member_at(b, path);
    const int order = compare_values(x != nullptr ? *x : absent, y != nullptr ? *y : absent);
    if (order != 0) return descending ? order > 0 : order < 0;
  }
  return false;
}

struct Found {
  std::vector<json::Value> documents;
  std::string next;  // id to go on at; empty: all was seen
  bool cut_short = false;
};

// Without a sort the walk may end when enough is found.
Result<Found> look(Store& store, const Wanted& wanted) {
  Found found;
  std::string low = wanted.from;
  const std::uint64_t enough = wanted.sort.empty() ? wanted.skip + wanted.limit : UINT64_MAX;
  for (std::size_t looked = 0; looked < kLookedAtMax && found.documents.size() < enough;) {
    bool at_end = false;
    RETURN_IF_ERROR(store.read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(const auto records, snapshot.range(low, {}, kFindSlice));
      at_end = records.size() < kFindSlice;
      for (const Record& record : records) {
        if (found.documents.size() >= enough || looked >= kLookedAtMax) {
          at_end = false;
          return {};
        }
        low = std::string(record.id).append(1, '\0');
        ++looked;
        if (record.tree.deleted() || record.id.starts_with("_design/")) continue;
        ASSIGN_OR_RETURN(json::Value value, value_of(snapshot, record, record.tree.winner()));
        // An index that sorts holds no document without the member; nothing else is to be seen here.
        const bool is_sortable = std::all_of(wanted.sort.begin(), wanted.sort.end(),
                                             [&](const auto& by) { return member_at(value, by.first) != nullptr; });
        if (is_sortable && wanted.selector.matches(value)) found.documents.push_back(std::move(value));
      }
      return {};
    }));
    if (at_end) return found;
    found.cut_short = looked >= kLookedAtMax;
  }
  found.next = low;
  return found;
}

Result<http::Response> find(const Call& call) {
  if (auto refused = refuse_other_than_json(call.request)) return *std::move(refused);
  ASSIGN_OR_RETURN(const Wanted wanted, read_wanted(call.request.body));
  ASSIGN_OR_RETURN(Found found, look(*call.database->store, wanted));
  auto& documents = found.documents;
  // An index is read backwards, those of one key too.
  if (!wanted.sort.empty() && wanted.sort.front().second) std::reverse(documents.begin(), documents.end());
  std::stable_sort(documents.begin(), documents.end(),
                   [&](const json::Value& a, const json::Value& b) { return before(a, b, wanted.sort); });
  std::string out = "{\"docs\":[\n";
  const std::size_t empty = out.size();
  for (std::uint64_t i = wanted.skip; i < documents.size() && i - wanted.skip < wanted.limit; ++i) {
    if (out.size() > empty) out += ",\n";
    json::Value shown = json::Value::object();
    for (const std::string& field : wanted.fields) copy_field(documents[i], field, shown);
    json::print_to(out, wanted.fields.empty() ? documents[i] : shown);
  }
  out += "],\n\"bookmark\":";
  json::print_string(out, found.next.empty() ? std::string(kNoBookmark) : to_base64(found.next));
  if (found.cut_short) out += R"(,"warning":"Only some documents were looked at; go on with the bookmark.")";
  return http::json_response(200, out + "}\n");
}

}  // namespace

void add_find_routes(http::Router& router, Service& service) {
  router.add("POST", "/{db}/_find", service.in_database(Access::read, find));
}

}  // namespace tram
