#include "tests/sync/served_province.h"

namespace tram::test {

void Shelf::add(const std::string& name, std::shared_ptr<Rules> rules) {
  const std::lock_guard lock(mutex_);
  rules_of_[name] = std::move(rules);
}

Result<std::shared_ptr<Database>> Shelf::open(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (const auto found = open_.find(name); found != open_.end()) return found->second;
  const auto known = rules_of_.find(name);
  if (known == rules_of_.end()) return error(ErrorCode::not_found, "no such database");
  return load(name, known->second);
}

std::shared_ptr<Database> Shelf::make(const std::string& name, std::shared_ptr<Rules> rules) {
  return must(load(name, std::move(rules)));
}

Result<std::shared_ptr<Database>> Shelf::load(const std::string& name, std::shared_ptr<Rules> rules) {
  const std::lock_guard lock(mutex_);
  StoreOptions options;
  options.clock = &clock_;
  options.random = &random_;
  if (kind_of(name) == DatabaseKind::office) options.live_leaves_max = 100;
  ASSIGN_OR_RETURN(std::shared_ptr<Store> store,
                   Store::open(folder_.file(http::percent_encode(name) + ".db"), options));
  add(name, rules);
  return open_[name] = make_database(name, std::move(store), std::move(rules));
}

Result<std::shared_ptr<Database>> Shelf::create(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (rules_of_.contains(name)) return error(ErrorCode::conflict, "exists", "file_exists");
  add(name, nullptr);
  return open(name);
}

Status Shelf::remove(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (rules_of_.erase(name) == 0) return error(ErrorCode::not_found, "no such database");
  open_.erase(name);
  return {};
}

Result<std::vector<std::string>> Shelf::list() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, rules] : rules_of_) names.push_back(name);
  return names;
}

ServedProvince::ServedProvince(std::shared_ptr<Rules> rules) {
  shelf.add("plain", nullptr);
  shelf.add("reference", nullptr);
  shelf.add("office-a", rules);
  shelf.add("office-b", rules);
  ReplicationOptions options;
  options.databases = &shelf;
  options.clock = &clock;
  options.random = &random;
  options.uuid = std::string(32, 'c');
  options.origins = {"https://screen.example"};
  options.audit = [this](std::string_view event, const Principal& who, std::string_view) {
    audited.push_back(std::string(event) + " " + who.name);
  };
  options.authenticate = [](const http::Request& request) -> Result<Principal> {
    const std::string_view text = request.headers.get("Authorization");
    if (!text.starts_with("Bearer ")) return error(ErrorCode::unauthorized, "Name or password is incorrect.");
    const std::string name(text.substr(7));
    if (name == "admin") return Principal{true, name, "", {"_admin"}};
    if (name == "nobody") return error(ErrorCode::unauthorized, "Name or password is incorrect.");
    return Principal{false, name, name, {}};
  };
  handler = make_replication_handler(std::move(options));
}

http::Request ServedProvince::request(std::string_view method, std::string target, std::string body,
                                      std::string_view who, http::Headers headers) {
  http::Request request;
  request.method = method;
  request.target = std::move(target);
  request.body = std::move(body);
  request.headers = std::move(headers);
  if (!who.empty()) request.headers.set("Authorization", "Bearer " + std::string(who));
  if (!request.body.empty()) request.headers.set_if_absent("Content-Type", "application/json");
  return request;
}

Answer ServedProvince::call(std::string_view method, std::string target, std::string body, std::string_view who,
                            http::Headers headers) {
  http::LoopbackOptions options;
  options.on_wait = [this](std::int64_t ms) { clock.advance(ms); };
  http::LoopbackClient client(handler, std::move(options));
  http::Response response =
      must(client.send(request(method, std::move(target), std::move(body), who, std::move(headers))));
  return {response.status, std::move(response.headers), std::move(response.body)};
}

Answer ServedProvince::push(std::string_view database, std::string_view documents, std::string_view who,
                            http::Headers headers) {
  return call("POST", "/" + std::string(database) + "/_bulk_docs",
              "{\"new_edits\":false,\"docs\":[" + std::string(documents) + "]}", who, std::move(headers));
}

std::string document(std::string_view id, std::string_view digits, std::string_view members) {
  const std::string start = std::to_string(digits.size());
  std::string out = "{\"_id\":\"" + std::string(id) + "\",\"_rev\":\"" + start + "-" + sig(digits[0]) +
                    "\",\"_revisions\":{\"start\":" + start + ",\"ids\":[";
  for (std::size_t i = 0; i < digits.size(); ++i) out += (i > 0 ? ",\"" : "\"") + sig(digits[i]) + "\"";
  out += "]}";
  if (!members.empty()) out += "," + std::string(members);
  return out + "}";
}

}  // namespace tram::test
