// The first line is the query of a _changes, the rest its body: whatever it says, the answer is JSON or a clear refusal,
// and a position never lies beyond what there is. The store has three epochs, as after two restarts.
#include <filesystem>

#include "http/loopback_client.h"
#include "sync/routes.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/fakes.h"

namespace tram::fuzzing {
namespace {

class Province final : public Databases {
 public:
  Province() {
    std::string folder = (std::filesystem::temp_directory_path() / "tram-fuzz-XXXXXX").string();
    CHECK(::mkdtemp(folder.data()) != nullptr);
    StoreOptions options;
    options.clock = &clock_;
    options.random = &random_;
    for (int epoch = 0; epoch < 3; ++epoch) {
      database_.reset();
      database_ = make_database("plain", must(Store::open(folder + "/plain.db", options)));
      for (int i = 0; i < 4; ++i) {
        Edit edit;
        edit.id = i == 0 ? "_design/" + std::to_string(epoch) : "report:" + std::to_string(epoch * 4 + i);
        edit.body = "{\"n\":" + std::to_string(i) + "}";
        must(must(database_->peer.edit(std::span(&edit, 1), false)).front());
      }
    }
    std::filesystem::remove_all(folder);  // SQLite keeps the open file
    ReplicationOptions routes;
    routes.databases = this;
    routes.clock = &clock_;
    routes.random = &random_;
    routes.uuid = std::string(32, 'c');
    routes.authenticate = [](const http::Request&) -> Result<Principal> { return Principal{true, "admin", "", {}}; };
    handler_ = make_replication_handler(std::move(routes));
  }

  Result<std::shared_ptr<Database>> open(const std::string&) override { return database_; }
  Result<std::shared_ptr<Database>> create(const std::string&) override { return error(ErrorCode::forbidden, "no"); }
  Status remove(const std::string&) override { return error(ErrorCode::forbidden, "no"); }
  Result<std::vector<std::string>> list() override { return std::vector<std::string>{"plain"}; }

  // Nothing when the answer does not end, as of a continuous feed.
  std::optional<http::Response> ask(std::string_view query, std::string_view body) {
    http::LoopbackOptions options;
    options.on_wait = [this](std::int64_t ms) { clock_.advance(ms); };
    options.body_max = 16 << 10;
    http::LoopbackClient client(handler_, std::move(options));
    http::Request request;
    request.method = body.empty() ? "GET" : "POST";
    request.target = "/plain/_changes?" + std::string(query);
    request.body = std::string(body);
    request.headers.set("Content-Type", "application/json");
    auto response = client.send(request);
    if (!response) return std::nullopt;
    return *std::move(response);
  }
  Store& store() { return *database_->store; }

 private:
  test::ManualClock clock_;
  test::SeededRandom random_{7};
  std::shared_ptr<Database> database_;
  http::Handler handler_;
};

}  // namespace

void fuzz(std::string_view input) {
  static Province province;
  const auto lines = cut(input, "\n", 2);
  const auto answer = province.ask(lines[0], lines.size() == 2 ? lines[1] : "");
  if (answer.has_value()) {
    CHECK(answer->status == 200 || (answer->status >= 400 && answer->status < 500) || answer->status == 501);
    if (answer->status != 200) CHECK(json::parse(answer->body).ok());
    const auto page = json::parse(answer->body);
    if (answer->status == 200 && page.ok()) CHECK(json::array_at(*page, "results") != nullptr);
  }
  must(province.store().read([&](Snapshot& snapshot) -> Status {
    bool in_history = false;
    ASSIGN_OR_RETURN(const std::uint64_t since, snapshot.since(lines[0], &in_history));
    CHECK(since <= province.store().sequence());
    return {};
  }));
}

}  // namespace tram::fuzzing
