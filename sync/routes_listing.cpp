// _all_docs: documents in order of their ids (bytes), streamed.
#include <algorithm>
#include <array>

#include "core/base/json.h"
#include "sync/expand.h"
#include "sync/render.h"
#include "sync/service.h"
#include "sync/wire.h"

namespace tram {
namespace {

constexpr std::size_t kListingBlock = 64 << 10;
constexpr std::size_t kListingSlice = 300;

struct Listing {
  std::string low, high;  // low inclusive, high exclusive; empty high: no end
  bool nothing = false;   // the range holds no id at all
  std::optional<std::vector<std::string>> keys;
  std::uint64_t limit = UINT64_MAX;
  std::uint64_t skip = 0;
  bool descending = false;
  bool include_docs = false;
  bool conflicts = false;
  bool attachments = false;
  bool update_seq = false;
  bool is_bounded = false;
};

std::string just_behind(std::string_view id) { return std::string(id).append(1, '\0'); }

class AllDocs {
 public:
  AllDocs(std::shared_ptr<Database> database, Listing listing)
      : database_(std::move(database)), listing_(std::move(listing)) {}

  Result<http::Chunk> next() {
    if (over_) return http::Chunk::end();
    std::string out;
    RETURN_IF_ERROR(database_->store->read([&](Snapshot& snapshot) -> Status {
      if (!begun_) RETURN_IF_ERROR(begin(out, snapshot));
      begun_ = true;
      return listing_.keys ? add_keys(out, snapshot) : add_range(out, snapshot);
    }));
    if (over_) out += rows_ > 0 ? "\n]}\n" : "]}\n";
    return http::Chunk::data(std::move(out));
  }

 private:
  Status begin(std::string& out, Snapshot& snapshot) {
    ASSIGN_OR_RETURN(const Counts counts, snapshot.counts());
    out = "{\"total_rows\":" + std::to_string(counts.live);
    out += ",\"offset\":" + (listing_.is_bounded ? "null" : std::to_string(std::min(listing_.skip, counts.live)));
    if (listing_.update_seq) out += ",\"update_seq\":\"" + database_->store->update_seq() + "\"";
    out += ",\"rows\":[\n";
    return {};
  }

  Status add_range(std::string& out, Snapshot& snapshot) {
    while (out.size() < kListingBlock) {
      if (listing_.nothing || rows_ >= listing_.limit) {
        over_ = true;
        return {};
      }
      ASSIGN_OR_RETURN(const auto records,
                       snapshot.range(listing_.low, listing_.high, kListingSlice, listing_.descending));
      for (const Record& record : records) {
        if (listing_.descending) {
          listing_.high = record.id;
        } else {
          listing_.low = just_behind(record.id);
        }
        if (record.tree.deleted()) continue;
        RETURN_IF_ERROR(add(out, snapshot, record, record.id));
        if (out.size() >= kListingBlock || rows_ >= listing_.limit) break;
      }
      if (records.size() < kListingSlice && (records.empty() || is_past(records.back().id))) over_ = true;
      if (over_) return {};
    }
    return {};
  }

  bool is_past(const std::string& id) const {
    return listing_.descending ? listing_.high == id : listing_.low == just_behind(id);
  }

  Status add_keys(std::string& out, Snapshot& snapshot) {
    for (; at_ < listing_.keys->size() && rows_ < listing_.limit && out.size() < kListingBlock; ++at_) {
      const std::string& key = (*listing_.keys)[at_];
      ASSIGN_OR_RETURN(const auto record, snapshot.find(key));
      if (record) {
        RETURN_IF_ERROR(add(out, snapshot, *record, key));
      } else if (begin_row(out)) {
        out += "{\"key\":";
        json::print_string(out, key);
        out += R"(,"error":"not_found"})";
      }
    }
    over_ = at_ == listing_.keys->size() || rows_ >= listing_.limit;
    return {};
  }

  bool begin_row(std::string& out) {
    if (listing_.skip > 0) {
      --listing_.skip;
      return false;
    }
    if (rows_++ > 0) out += ",\n";
    return true;
  }

  Status add(std::string& out, Snapshot& snapshot, const Record& record, const std::string& key) {
    if (!begin_row(out)) return {};
    const std::int32_t winner = record.tree.winner();
    out += "{\"id\":";
    json::print_string(out, record.id);
    out += ",\"key\":";
    json::print_string(out, key);
    out += ",\"value\":{\"rev\":";
    json::print_string(out, record.tree.at(winner).rev.text());
    if (record.tree.deleted()) {
      out += listing_.include_docs ? R"(,"deleted":true},"doc":null})" : R"(,"deleted":true}})";
      return {};
    }
    out += '}';
    if (listing_.include_docs) {
      out += ",\"doc\":";
      Shown shown{.conflicts = listing_.conflicts};
      if (listing_.attachments) shown.data.form = DocumentParts::Data::Form::base64;
      ASSIGN_OR_RETURN(const bool has_body, render(out, snapshot, record, winner, shown));
      if (!has_body) out += "null";
    }
    out += '}';
    return {};
  }

  const std::shared_ptr<Database> database_;
  Listing listing_;
  std::uint64_t rows_ = 0;
  std::size_t at_ = 0;
  bool begun_ = false, over_ = false;
};

Result<std::optional<std::string>> either(const Query& query, std::string_view name, std::string_view other) {
  return query.string(query.has(name) ? name : other);
}

Result<std::vector<std::string>> read_keys(std::string_view text) {
  std::vector<std::string> keys;
  json::Reader reader(text);
  if (!reader.enter_array()) return reader.error();
  while (reader.next_element()) {
    keys.push_back(reader.string().value_or(""));
    if (keys.size() > wire::kRequestItemsMax) return error(ErrorCode::too_large, "Too many keys.");
  }
  RETURN_IF_ERROR(reader.finish());
  return keys;
}

bool has_bounds(const Query& query) {
  constexpr std::array<std::string_view, 5> kBounds = {"key", "startkey", "start_key", "endkey", "end_key"};
  return std::any_of(kBounds.begin(), kBounds.end(), [&](std::string_view name) { return query.has(name); });
}

Status read_bounds(const Query& query, Listing& listing) {
  ASSIGN_OR_RETURN(const auto key, query.string("key"));
  ASSIGN_OR_RETURN(auto start, either(query, "startkey", "start_key"));
  ASSIGN_OR_RETURN(auto end, either(query, "endkey", "end_key"));
  if (key) start = end = key;
  // Ids are strings; an object as a bound lies behind them all.
  const auto is_object = [](const auto& bound) { return bound && bound->starts_with('{'); };
  listing.nothing = is_object(listing.descending ? end : start);
  if (is_object(start)) start.reset();
  if (is_object(end)) end.reset();
  const bool inclusive = query.flag("inclusive_end", true);
  if (listing.descending) {
    if (start) listing.high = just_behind(*start);
    if (end) listing.low = inclusive ? *end : just_behind(*end);
  } else {
    if (start) listing.low = *start;
    if (end) listing.high = inclusive ? just_behind(*end) : *end;
    if (end && listing.high.empty()) listing.nothing = true;
  }
  listing.is_bounded = start || end;
  return {};
}

// What both bounds allow.
void narrow(Listing& listing, std::string_view low, std::string_view high) {
  if (listing.low < low) listing.low = low;
  if (listing.high.empty() || listing.high > high) listing.high = high;
  if (listing.low >= listing.high) listing.nothing = true;
}

Result<http::Response> list_documents(const Call& call, bool only_design) {
  Listing listing;
  listing.descending = call.query.flag("descending");
  listing.include_docs = call.query.flag("include_docs");
  listing.conflicts = call.query.flag("conflicts");
  listing.attachments = call.query.flag("attachments");
  listing.update_seq = call.query.flag("update_seq");
  ASSIGN_OR_RETURN(const auto limit, call.query.number("limit"));
  ASSIGN_OR_RETURN(const auto skip, call.query.number("skip"));
  listing.limit = limit.value_or(UINT64_MAX);
  listing.skip = skip.value_or(0);
  RETURN_IF_ERROR(read_bounds(call.query, listing));
  if (only_design) narrow(listing, "_design/", "_design0");
  if (const auto keys = call.query.get("keys")) {
    ASSIGN_OR_RETURN(listing.keys, read_keys(*keys));
  }
  if (call.request.method == "POST" && !call.request.body.empty()) {
    if (auto refused = refuse_other_than_json(call.request)) return *std::move(refused);
    json::Reader reader(call.request.body);
    if (!reader.enter_object()) return reader.error();
    while (const auto name = reader.next_member()) {
      const bool is_keys = *name == "keys";
      const std::string_view value = reader.skip();
      if (!is_keys) continue;
      ASSIGN_OR_RETURN(listing.keys, read_keys(value));
    }
    RETURN_IF_ERROR(reader.finish());
  }
  if (listing.keys && has_bounds(call.query)) {
    return error(ErrorCode::bad_request, "`keys` is incompatible with `key`, `start_key` and `end_key`",
                 "query_parse_error");
  }
  if (listing.keys && listing.descending) std::reverse(listing.keys->begin(), listing.keys->end());
  const auto answer = std::make_shared<AllDocs>(call.database, std::move(listing));
  http::Response response{200, {{"Content-Type", "application/json"}}};
  response.stream = expanded([answer] { return answer->next(); }, call.database->store);
  return response;
}

}  // namespace

void add_listing_routes(http::Router& router, Service& service) {
  for (const std::string_view method : {"GET", "POST"}) {
    router.add(method, "/{db}/_all_docs",
               service.in_database(Access::read, [](const Call& call) { return list_documents(call, false); }));
    router.add(method, "/{db}/_design_docs",
               service.in_database(Access::read, [](const Call& call) { return list_documents(call, true); }));
  }
}

}  // namespace tram
