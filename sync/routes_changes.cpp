// _changes: parameters in, a feed out.
#include <algorithm>

#include "core/base/json.h"
#include "sync/changes_feed.h"
#include "sync/expand.h"
#include "sync/service.h"
#include "sync/wire.h"

namespace tram {
namespace {

using Mode = FeedOptions::Mode;

constexpr std::int64_t kTimeoutMaxMs = 60'000;
constexpr std::int64_t kHeartbeatMs = 60'000;
constexpr std::int64_t kHeartbeatMinMs = 100;

Error parse_error(std::string message) {
  return error(ErrorCode::bad_request, std::move(message), "query_parse_error");
}

Result<std::uint64_t> position_in(Store& store, std::string_view since) {
  std::uint64_t n = 0;
  RETURN_IF_ERROR(store.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(n, snapshot.since(from_json(since)));
    return {};
  }));
  return n;
}

Result<Mode> mode_of(const Query& query) {
  const std::string_view feed = query.get("feed").value_or("normal");
  if (feed == "normal") return Mode::normal;
  if (feed == "longpoll") return Mode::longpoll;
  if (feed == "continuous" || feed == "live") return Mode::continuous;
  if (feed == "eventsource") return Mode::eventsource;
  return error(ErrorCode::bad_request, "The feed is normal, longpoll, continuous or eventsource.");
}

Status read_patience(const Query& query, FeedOptions& options) {
  if (query.get("heartbeat") == "true") {
    options.heartbeat_ms = kHeartbeatMs;
  } else if (query.has("heartbeat") && query.get("heartbeat") != "false") {
    ASSIGN_OR_RETURN(const auto heartbeat, query.number("heartbeat"));
    if (*heartbeat == 0) return parse_error("The heartbeat is above 0.");
    options.heartbeat_ms = static_cast<std::int64_t>(std::min<std::uint64_t>(*heartbeat, 3'600'000));
    options.heartbeat_ms = std::max(options.heartbeat_ms, kHeartbeatMinMs);
  }
  ASSIGN_OR_RETURN(const auto timeout, query.number("timeout"));
  options.timeout_ms =
      static_cast<std::int64_t>(std::min<std::uint64_t>(timeout.value_or(kTimeoutMaxMs), kTimeoutMaxMs));
  return {};
}

Result<std::unordered_set<std::string>> ids_in(const json::Value& body) {
  const json::Value* ids = json::array_at(body, "doc_ids");
  if (ids == nullptr) return error(ErrorCode::bad_request, "The filter _doc_ids wants doc_ids.");
  if (ids->size() > wire::kRequestItemsMax) return error(ErrorCode::too_large, "Too many doc_ids.");
  std::unordered_set<std::string> set;
  for (const json::Value& id : *ids) {
    if (!id.is_string()) return error(ErrorCode::bad_request, "doc_ids are strings.");
    set.insert(id.get<std::string>());
  }
  return set;
}

Status read_filter(const Call& call, FeedOptions& options) {
  const auto filter = call.query.get("filter");
  if (!filter || filter->empty()) return {};
  if (*filter == "_design") {
    options.only_design = true;
    return {};
  }
  json::Value body = json::Value::object();
  if (call.request.method == "POST" && !call.request.body.empty()) {
    ASSIGN_OR_RETURN(body, json::parse_object(call.request.body));
  }
  if (*filter == "_doc_ids") {
    if (const auto ids = call.query.get("doc_ids")) {
      ASSIGN_OR_RETURN(body["doc_ids"], json::parse(*ids));
    }
    ASSIGN_OR_RETURN(options.ids, ids_in(body));
    return {};
  }
  if (*filter == "_selector") {
    const json::Value* selector = json::object_at(body, "selector");
    if (selector == nullptr) return error(ErrorCode::bad_request, "The filter _selector wants a selector.");
    ASSIGN_OR_RETURN(options.selector, Selector::parse(*selector));
    return {};
  }
  // Not 5xx, which replicators repeat.
  return error(ErrorCode::bad_request, "This server runs no JavaScript: the filters are _doc_ids, _selector, _design.",
               "filter_not_supported");
}

Status read_wake(const Service& service, const Call& call, FeedOptions& options) {
  const auto wake = call.query.get("wake");
  if (!wake || options.mode != Mode::longpoll) return {};
  const auto colon = wake->rfind(':');
  if (colon == std::string_view::npos) return parse_error("wake is the name of a database, a colon and a sequence.");
  const std::string name(wake->substr(0, colon));
  if (access_of(call.principal, name) == Access::none) {
    return error(ErrorCode::forbidden, "You may not use this database.");
  }
  auto database = service.options().databases->open(name);
  if (!database) return {};  // not there yet: nothing of it can be missed before the next poll
  options.wake = *std::move(database);
  ASSIGN_OR_RETURN(options.wake_seq, position_in(*options.wake->store, wake->substr(colon + 1)));
  if (!call.instance.empty()) options.wake->store->note_confirmed(call.instance, options.wake_seq);
  return {};
}

Result<FeedOptions> read_options(const Service& service, const Call& call) {
  const Query& query = call.query;
  FeedOptions options;
  ASSIGN_OR_RETURN(options.mode, mode_of(query));
  // A browser that comes back to an event source asks the same address again.
  const std::string_view last = call.request.headers.get("Last-Event-ID");
  ASSIGN_OR_RETURN(options.since,
                   position_in(*call.database->store, last.empty() ? query.get("since").value_or("0") : last));
  options.held = options.since;
  if (const auto held = query.get("held")) {
    ASSIGN_OR_RETURN(const std::uint64_t position, position_in(*call.database->store, *held));
    options.held = std::min(options.since, position);
  }
  ASSIGN_OR_RETURN(options.limit, query.number("limit"));
  ASSIGN_OR_RETURN(const auto bytes, query.number("bytes"));
  options.bytes_max = bytes.value_or(0);
  ASSIGN_OR_RETURN(const auto interval, query.number("seq_interval"));
  options.seq_interval = std::max<std::uint64_t>(1, interval.value_or(1));
  options.all_leaves = query.get("style") == "all_docs";
  options.include_docs = query.flag("include_docs");
  options.conflicts = query.flag("conflicts");
  options.new_leaves = options.include_docs && query.get("leaves") == "new";
  options.attachments = query.flag("attachments");
  ASSIGN_OR_RETURN(const auto inline_max, query.number("inline"));
  options.inline_max = std::min<std::uint64_t>(inline_max.value_or(0), kBlobInRow);
  options.descending = query.flag("descending") && options.mode == Mode::normal;
  options.instance = call.instance;
  if (!call.instance.empty()) call.database->store->note_confirmed(call.instance, options.held);
  RETURN_IF_ERROR(read_patience(query, options));
  RETURN_IF_ERROR(read_filter(call, options));
  RETURN_IF_ERROR(read_wake(service, call, options));
  return options;
}

http::Response stream(const std::shared_ptr<ChangesFeed>& feed) {
  http::Response response{200, {{"Content-Type", std::string(feed->content_type())}}};
  response.stream = expanded([feed] { return feed->next(); }, feed->store());
  return response;
}

Result<http::Response> changes(const Service& service, const Call& call) {
  if (call.request.method == "POST" && !call.request.body.empty()) {
    if (auto refused = refuse_other_than_json(call.request)) return *std::move(refused);
  }
  ASSIGN_OR_RETURN(FeedOptions options, read_options(service, call));
  return stream(std::make_shared<ChangesFeed>(call.database, *service.options().clock, std::move(options)));
}

}  // namespace

void add_changes_routes(http::Router& router, Service& service) {
  for (const std::string_view method : {"GET", "POST"}) {
    router.add(method, "/{db}/_changes",
               service.in_database(Access::read, [&service](const Call& call) { return changes(service, call); }));
  }
}

}  // namespace tram
