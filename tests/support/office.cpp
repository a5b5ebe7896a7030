#include "tests/support/office.h"

#include <algorithm>
#include <filesystem>

namespace tram::test {
namespace {

namespace files = std::filesystem;

std::uint64_t next_seed() {
  static std::uint64_t seed = 100;
  return ++seed;
}

// An answer whose body is wanted piece by piece arrives so.
Result<http::Response> given_out(Result<http::Response> answer, const http::CallOptions& options) {
  if (!answer || !options.on_body || answer->status >= 300) return answer;
  if (options.on_head) RETURN_IF_ERROR(options.on_head(*answer));
  RETURN_IF_ERROR(options.on_body(answer->body));
  answer->body.clear();
  return answer;
}

class Answered final : public http::Pending {
 public:
  explicit Answered(Result<http::Response> answer) : answer_(std::move(answer)) {}
  bool done() const override { return true; }
  Result<http::Response> take() override { return std::move(answer_); }

 private:
  Result<http::Response> answer_;
};

class Overtaken final : public http::Pending {
 public:
  Overtaken(http::Client& client, http::Request request, http::CallOptions options)
      : client_(client), request_(std::move(request)), options_(std::move(options)) {}
  bool done() const override { return true; }
  Result<http::Response> take() override { return client_.send(std::move(request_), std::move(options_)); }

 private:
  http::Client& client_;
  http::Request request_;
  http::CallOptions options_;
};

json::Value read_winner(Store& store, const std::string& id) {
  json::Value value;
  must(store.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto document, snapshot.winner(id));
    if (document) value = must(json::parse(document->body));
    return {};
  }));
  return value;
}

std::vector<std::string> read_leaves(Store& store, const std::string& id) {
  std::vector<std::string> leaves;
  must(store.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto record, snapshot.find(id));
    if (!record) return {};
    for (const std::int32_t leaf : record->tree.leaves()) leaves.push_back(record->tree.at(leaf).rev.text());
    return {};
  }));
  return leaves;
}

std::size_t count_live_leaves(Store& store, const std::string& id) {
  std::size_t count = 0;
  must(store.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto record, snapshot.find(id));
    if (record) count = record->tree.live_leaves();
    return {};
  }));
  return count;
}

void save(Store& store, const std::string& id, bool deleted, const json::Value& body) {
  must(store.write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto record, transaction.find(id));
    RevisionId parent;
    if (record && !record->tree.deleted()) parent = record->tree.at(record->tree.winner()).rev;
    return transaction.save(id, parent, deleted, json::print(body)).ok() ? Status()
                                                                         : error(ErrorCode::internal, "save " + id);
  }));
}

std::unique_ptr<Store> open_store(const std::string& path, Clock& clock, Random& random, bool own) {
  StoreOptions options;
  options.clock = &clock;
  options.random = &random;
  options.record_writes = own;
  return must(Store::open(path, options));
}

void copy_over(const std::string& from, const std::string& to) {
  for (const char* part : {"", "-wal", "-shm"}) files::remove(to + part);
  files::copy_file(from, to);
  files::remove(to + ".id");  // as if the whole disk went back, and nothing else were left to tell
}

}  // namespace

// --- the province
// -----------------------------------------------------------------------------------------------------

json::Value Province::report(const std::string& id, const std::string& name) {
  return read_winner(*database(name).store, id);
}

std::vector<std::string> Province::leaves(const std::string& id) {
  return read_leaves(*database("office-a").store, id);
}

std::size_t Province::live_leaves(const std::string& id) { return count_live_leaves(*database("office-a").store, id); }

void Province::publishes(const std::string& id, json::Value body, const std::string& name) {
  save(*database(name).store, id, false, body);
}

void Province::keeps_a_copy(const std::string& name) {
  must(database(name).store->backup(folder.file(name + ".copy")));
}

void Province::goes_back(const std::string& name, std::shared_ptr<Rules> rules) {
  must(shelf.remove(name));
  copy_over(folder.file(name + ".copy"), folder.file(name + ".db"));
  shelf.make(name, std::move(rules));
}

void Province::replaces(const std::string& name) {
  must(shelf.remove(name));
  for (const char* part : {"", "-wal", "-shm", ".id"}) files::remove(folder.file(name + ".db") + part);
  shelf.make(name);
}

// --- the line
// ---------------------------------------------------------------------------------------------------------

Line::Line(Province& province)
    : inner_(province.handler,
             {.clock = &province.clock, .on_wait = [&province](std::int64_t ms) { province.clock.advance(ms); }}) {}

std::unique_ptr<http::Pending> Line::start(http::Request request, http::CallOptions options) {
  log.push_back(request.method + " " + std::string(request.path()));
  requests.push_back(request);
  if (before) {
    if (auto instead = before(request)) return std::make_unique<Answered>(given_out(*std::move(instead), options));
  }
  if (is_overtaken && is_overtaken(request)) {
    return std::make_unique<Overtaken>(inner_, std::move(request), std::move(options));
  }
  if (breaks_off) return std::make_unique<Answered>(broken_off(std::move(request), options));
  auto pending = inner_.start(request, std::move(options));
  if (!after || !pending->done()) return pending;
  if (auto instead = after(request)) return std::make_unique<Answered>(*std::move(instead));
  return pending;
}

Result<http::Response> Line::broken_off(http::Request request, const http::CallOptions& options) {
  ASSIGN_OR_RETURN(http::Response answer, inner_.send(request));
  const auto bytes = breaks_off(request, answer);
  if (bytes) answer.body.resize(std::min(*bytes, answer.body.size()));
  auto arrived = given_out(std::move(answer), options);
  if (!bytes || !arrived) return arrived;
  return error(ErrorCode::offline, "the line was lost");
}

void Line::cut(int n, bool after_it_was_done) {
  const auto left = std::make_shared<int>(n);
  const Fault fault = [left](const http::Request&) -> std::optional<Result<http::Response>> {
    if ((*left)-- != 0) return std::nullopt;
    return Result<http::Response>(error(ErrorCode::offline, "the line was cut"));
  };
  before = after = nullptr;
  (after_it_was_done ? after : before) = fault;
}

// --- an office
// --------------------------------------------------------------------------------------------------------

Office::Office(Province& province_, const std::string& slug_)
    : province(province_), slug(slug_), line(province_), random(next_seed()) {
  opens();
}

void Office::opens() {
  own = open_store(folder.file("own.db"), province.clock, random, true);
  reference = open_store(folder.file("reference.db"), province.clock, random, false);
  SyncerOptions options;
  options.database = "office-" + slug;
  options.credential.token = slug;
  options.rows_max = batch_;
  if (batch_ < BatchSize::kDocumentsMax) options.overlap_from = 1;
  syncer = std::make_unique<Syncer>(*own, *reference, line, province.clock, random, options);
}

void Office::closes() {
  syncer.reset();
  own.reset();
  reference.reset();
}

void Office::restarts() {
  closes();
  opens();
}

void Office::sends_in_batches_of(std::size_t documents) {
  batch_ = documents;
  restarts();
}

void Office::keeps_a_copy() {
  must(own->backup(folder.file("own.copy")));
  must(reference->backup(folder.file("reference.copy")));
}

void Office::goes_back() {
  closes();
  copy_over(folder.file("own.copy"), folder.file("own.db"));
  copy_over(folder.file("reference.copy"), folder.file("reference.db"));
  opens();
}

std::unique_ptr<Office> Office::is_cloned() {
  keeps_a_copy();
  auto clone = std::make_unique<Office>(province, slug);
  clone->closes();
  copy_over(folder.file("own.copy"), clone->folder.file("own.db"));
  copy_over(folder.file("reference.copy"), clone->folder.file("reference.db"));
  clone->opens();
  return clone;
}

std::string Office::enters(const std::string& form, const std::string& period, json::Value values) {
  std::string id = "report:" + form + ":" + period;
  writes(id, {{"type", "report"},
              {"form", form},
              {"period", period},
              {"values", std::move(values)},
              {"rows", json::Value::object()},
              {"remarks", json::Value::object()}});
  return id;
}

void Office::changes(const std::string& id, const std::string& field, json::Value value) {
  json::Value body = report(id);
  body["values"][field] = std::move(value);
  writes(id, std::move(body));
}

void Office::writes(const std::string& id, json::Value body) { save(*own, id, false, body); }

void Office::removes(const std::string& id) { save(*own, id, true, json::Value::object()); }

json::Value Office::report(const std::string& id) { return read_winner(*own, id); }

json::Value Office::reference_document(const std::string& id) { return read_winner(*reference, id); }

std::size_t Office::live_leaves(const std::string& id) { return count_live_leaves(*own, id); }

std::vector<std::string> Office::leaves(const std::string& id) { return read_leaves(*own, id); }

Round Office::syncs() {
  Round round = syncer->step();
  if (round.error) FAIL(round.error->what_name() << ": " << round.error->message);
  return round;
}

void Office::attaches(const std::string& id, const std::string& name, const std::string& bytes,
                      const std::string& content_type) {
  const BlobPtr blob = must(own->blobs().keep(bytes));
  must(own->write([&](Transaction& transaction) -> Status {
    RETURN_IF_ERROR(transaction.bring(*blob));
    ASSIGN_OR_RETURN(auto document, transaction.winner(id));
    std::erase_if(document->attachments, [&](const Attachment& one) { return one.name == name; });
    document->attachments.push_back({name, content_type, blob->sha256, "", 0, 0});
    RETURN_IF_ERROR(transaction.save(id, document->rev, false, document->body, document->attachments));
    return {};
  }));
}

int Office::requests_of(const std::function<void()>& what) {
  const std::size_t before = line.log.size();
  what();
  return static_cast<int>(line.log.size() - before);
}

LedgerRow Office::fate(const std::string& id) {
  LedgerOptions options;
  options.id = id;
  const auto rows = must(read_ledger(*own, options));
  REQUIRE(!rows.empty());
  return rows.back();
}

std::vector<Refusal> Office::refusals() {
  std::vector<Refusal> rows;
  must(own->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(rows, snapshot.refusals(true));
    return {};
  }));
  return rows;
}

std::string attached(Store& store, const std::string& id, const std::string& name) {
  std::string sha256;
  must(store.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto document, snapshot.winner(id));
    if (!document) return {};
    for (const Attachment& one : document->attachments) {
      if (one.name == name) sha256 = one.sha256;
    }
    return {};
  }));
  const auto found = must(store.blob(sha256));
  return found ? must(found->bytes.read(0, found->bytes.length())) : "nothing";
}

}  // namespace tram::test
