// All pages of a feed by one request, while it arrives.
#include "sync/local_peer.h"
#include "sync/replicate.h"
#include "tests/sync/over_sockets.h"

namespace tram {
namespace {

using namespace test;

constexpr int kReports = 9;

std::string report_of(int month) { return "report:bm02:2024-0" + std::to_string(month); }

bool is_page(const http::Request& request) { return request.path() == "/office-a/_changes"; }

// Another PC of the office has sent nine reports; this one fetches them in pages of two, and its session stands.
struct Fetching {
  Province province;
  Office writer{province}, reader{province};
  Fetching() {
    reader.sends_in_batches_of(2);
    reader.syncs();
    for (int month = 1; month <= kReports; ++month) {
      writer.enters("bm02", "2024-0" + std::to_string(month), {{"a", month}});
    }
    writer.syncs();
  }
  int at_reader() {
    int count = 0;
    for (int month = 1; month <= kReports; ++month) count += reader.report(report_of(month)).is_null() ? 0 : 1;
    return count;
  }
};

TEST_CASE("a PC fetches all pages by one request") {
  Fetching s;
  s.reader.line.log.clear();
  const std::uint64_t before = s.reader.own->sequence();
  s.reader.syncs();
  CHECK(s.at_reader() == kReports);
  CHECK(s.reader.own->sequence() == before + kReports);
  CHECK(s.reader.line.log == std::vector<std::string>{"HEAD /office-a", "GET /office-a/_changes"});
}

TEST_CASE("the line is lost at any request of a PC that fetches: what came is kept, and the rest comes once") {
  const bool after = GENERATE(false, true);
  int n = 0;
  for (bool failed = true; failed; ++n) {
    Fetching s;
    s.reader.line.cut(n, after);
    failed = s.reader.tries_to_sync().error.has_value();
    s.reader.line.before = s.reader.line.after = nullptr;
    const int kept = s.at_reader();
    CHECK(s.reader.syncs().received == static_cast<std::uint64_t>(kReports - kept));
    CHECK(s.at_reader() == kReports);
  }
  CHECK(n >= 2);
}

TEST_CASE("the line is lost at any byte of a feed: each whole row that came is kept, and only the rest comes again") {
  std::size_t whole = 0;
  {
    Fetching s;
    s.reader.line.breaks_off = [&](const http::Request& request, const http::Response& answer) {
      if (is_page(request)) whole = answer.body.size();
      return std::optional<std::size_t>();
    };
    s.reader.syncs();
  }
  REQUIRE(whole > 2000);
  int last = 0;
  for (std::size_t bytes = 0; bytes < whole; bytes += 1 + bytes / 16) {
    Fetching s;
    s.reader.line.breaks_off = [bytes](const http::Request& request, const http::Response&) {
      return is_page(request) ? std::optional(bytes) : std::nullopt;
    };
    const Round cut = s.reader.tries_to_sync();
    REQUIRE(cut.error.has_value());
    CHECK(cut.error->code == ErrorCode::offline);
    const int kept = s.at_reader();
    CHECK(kept >= last);
    CHECK(kept + 1 >= static_cast<int>(kReports * bytes / whole));
    last = kept;
    s.reader.line.breaks_off = nullptr;
    CHECK(s.reader.syncs().received == static_cast<std::uint64_t>(kReports - kept));
    CHECK(s.at_reader() == kReports);
  }
  CHECK(last >= kReports - 2);
}

TEST_CASE("what is sent while a feed arrives comes with the next one") {
  Fetching s;
  s.reader.line.after = [&, n = 0](const http::Request& request) mutable -> std::optional<Result<http::Response>> {
    if (is_page(request) && ++n == 1) {
      s.writer.changes(report_of(1), "a", 100);
      s.writer.syncs();
    }
    return std::nullopt;
  };
  s.reader.syncs();
  CHECK(s.at_reader() == kReports);
  s.reader.syncs();
  CHECK(s.reader.value(report_of(1), "a") == 100);
}

TEST_CASE("whoever answers a feed in the province's place is not believed, and the next round goes on") {
  const auto [code, type, seen_as] = GENERATE(table<int, std::string, ErrorCode>({
      {412, "application/json", ErrorCode::history_changed},
      {503, "application/json", ErrorCode::busy},
      {500, "application/json", ErrorCode::server_error},
      {302, "application/json", ErrorCode::captive_portal},
      {200, "text/html", ErrorCode::captive_portal},
      {200, "another server", ErrorCode::wrong_peer},
  }));
  Fetching s;
  const std::string server = s.province.get("/").header("Tram-Peer");
  s.reader.line.before = [&](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (!is_page(request)) return std::nullopt;
    http::Response no = http::error_response(code, code == 412 ? "history_changed" : "no", "not now");
    if (code == 503) no.headers.set("Retry-After", "1");
    if (code != 200) no.headers.set("Tram-Peer", server);
    if (type == "another server") {
      no.headers.set("Tram-Peer", "0123");
      no.body =
          "{\"results\":[\n{\"seq\":\"1-00000000\",\"id\":\"stranger\",\"changes\":[{\"rev\":\"1-0a\"}],\"docs\":["
          "{\"_id\":\"stranger\",\"_rev\":\"1-0a\"}]},\n";
    } else {
      no.headers.set("Content-Type", type);
    }
    return Result<http::Response>(std::move(no));
  };
  INFO(code << " " << type);
  const Round round = s.reader.tries_to_sync();
  REQUIRE(round.error.has_value());
  CHECK(round.error->code == seen_as);
  CHECK(s.at_reader() == 0);
  CHECK(s.reader.report("stranger").is_null());
  s.reader.line.before = nullptr;
  s.province.clock.advance(3'600'000);
  s.reader.tries_to_sync();
  s.reader.syncs();
  CHECK(s.at_reader() == kReports);
}

// A store that gives two pages by each request, and says behind them that more has come meanwhile.
class Giving final : public PendingChanges {
 public:
  Giving(LocalPeer& store, Sequence since, Sequence held, const std::function<void()>& between)
      : store_(store), since_(std::move(since)), held_(std::move(held)), between_(between) {}
  Result<ChangesPage> next(std::size_t rows_max, std::size_t bytes_max) override {
    if (++given_ == 2) between_();
    if (given_ == 2 && too_much) return error(ErrorCode::too_large, "more than can be held");
    auto page = store_.changes(since_, {rows_max, bytes_max, true, held_});
    if (page) since_ = page->last_seq;
    if (page && given_ == 1) page->pending.reset();
    return page;
  }
  bool is_over() const override { return given_ == 2; }
  bool too_much = false;  // behind the first page

 private:
  LocalPeer& store_;
  Sequence since_, held_;
  const std::function<void()>& between_;
  int given_ = 0;
};

class GivingPeer final : public Peer {
 public:
  GivingPeer(Store& store, std::function<void()> between) : store_(store), between_(std::move(between)) {}
  Result<PeerId> id() override { return store_.id(); }
  Result<ChangesPage> changes(const Sequence& since, const PageOptions& options) override {
    ++pages;
    return store_.changes(since, options);
  }
  std::unique_ptr<PendingChanges> start_changes(const Sequence& since, const PageOptions& options) override {
    asked.push_back(since + " " + *options.held);
    auto giving = std::make_unique<Giving>(store_, since, *options.held, between_);
    giving->too_much = too_much;
    return giving;
  }
  Result<RevisionSet> missing(const RevisionSet&) override { return RevisionSet{}; }
  Result<std::vector<Document>> read(const RevisionSet&) override { return std::vector<Document>{}; }
  Result<Written> write(std::span<const Document>, const WriteOptions&) override { return Written{}; }
  Result<std::optional<Checkpoint>> checkpoint(const std::string&) override { return std::optional<Checkpoint>{}; }
  Result<std::string> save_checkpoint(const std::string&, const Checkpoint&) override { return std::string("0-1"); }

  std::vector<std::string> asked;  // since and held of each request for all
  int pages = 0;                   // asked for one by one
  bool too_much = false;

 private:
  LocalPeer store_;
  const std::function<void()> between_;
};

struct TwoStores {
  TempFolder folder;
  ManualClock clock;
  SeededRandom random{3};
  std::unique_ptr<Store> from = open("from.db"), to = open("to.db");

  std::unique_ptr<Store> open(const std::string& name) {
    StoreOptions options;
    options.clock = &clock;
    options.random = &random;
    return must(Store::open(folder.file(name), options));
  }
  void saves(const std::string& id, const RevisionId& parent, const std::string& body) {
    must(from->write([&](Transaction& transaction) -> Status {
      return transaction.save(id, parent, false, body).ok() ? Status() : error(ErrorCode::internal, id);
    }));
  }
  ReplicateOptions options() {
    ReplicateOptions options;
    options.clock = &clock;
    options.random = &random;
    options.replication_id = "r";
    options.start = Checkpoint{};
    options.inline_documents = true;
    options.stream_from = 1;
    options.rows_max = 2;
    return options;
  }
};

TEST_CASE("a document changes while a feed arrives: the next one brings it, with the branch that came before both") {
  TwoStores s;
  for (int n = 0; n < 6; ++n) s.saves("a" + std::to_string(n), {}, "{}");
  LocalPeer writing(*s.from), reading(*s.to);
  std::vector<Document> branches(2);
  for (const int n : {0, 1}) {
    branches[n].id = "z";
    branches[n].rev = {1, std::string(32, n == 0 ? 'a' : 'b')};
    branches[n].path = {branches[n].rev.sig};
    branches[n].body = "{\"branch\":" + std::to_string(n) + "}";
  }
  must(writing.write(branches, {}));

  int changes = 0;
  GivingPeer source(*s.from, [&] {
    if (++changes == 1) s.saves("z", branches[0].rev, R"({"branch":"grown"})");
  });
  ReplicateOptions options = s.options();
  options.read_ahead = GENERATE(0, 2);
  const Summary run = must(replicate(source, reading, options));
  CHECK(run.pages == 4);
  REQUIRE(source.asked.size() == 2);
  CHECK(source.asked[0] == "0 0");
  CHECK(source.asked[1].ends_with(" 0"));
  CHECK_FALSE(source.asked[1].starts_with("0 "));
  CHECK_FALSE(run.checkpoint.held.has_value());
  must(s.to->read([&](Snapshot& snapshot) -> Status {
    const auto record = must(snapshot.find("z"));
    REQUIRE(record.has_value());
    CHECK(record->tree.leaves().size() == 2);
    CHECK(record->tree.find(branches[1].rev) != Node::kNone);
    return {};
  }));
}

TEST_CASE("a feed that brings more at once than can be held is fetched on page by page") {
  TwoStores s;
  for (int n = 0; n < 7; ++n) s.saves("a" + std::to_string(n), {}, "{}");
  LocalPeer reading(*s.to);
  GivingPeer source(*s.from, [] {});
  source.too_much = true;
  const Summary run = must(replicate(source, reading, s.options()));
  CHECK(run.documents == 7);
  CHECK(source.asked.size() == 1);
  CHECK(source.pages == 3);
  CHECK(s.to->sequence() == 7);
}

TEST_CASE("over real sockets a PC fetches megabytes in pages by one connection, also in a second run") {
  Province province;
  Office writer(province), reader(province);
  OverSockets pc(reader);
  const std::string text(5'000, 'v');
  for (const int round : {1, 2}) {
    for (int n = 0; n < 600; ++n) {
      writer.writes("note:" + std::to_string(n), {{"type", "note"}, {"n", n * round}, {"text", text}});
    }
    writer.syncs();
    const std::uint64_t requests = pc.client->traffic().requests;
    CHECK_FALSE(pc.syncer.step().error.has_value());
    for (const int n : {0, 299, 599}) CHECK(reader.report("note:" + std::to_string(n))["n"] == n * round);
    CHECK(pc.client->traffic().requests - requests < 12);
    CHECK(pc.connections() == 1);
  }
}

TEST_CASE(
    "documents that pack a thousandfold, and are more than can be held once they are unpacked, come over real "
    "sockets") {
  Province province;
  Office writer(province), reader(province);
  const std::string text(1 << 20, 'v');
  for (int n = 0; n < 80; ++n) writer.writes("note:" + std::to_string(n), {{"type", "note"}, {"n", n}, {"text", text}});
  while (writer.status().pending > 0) writer.syncs();
  OverSockets pc(reader);
  const Round round = pc.syncer.step();
  REQUIRE_FALSE(round.error.has_value());
  CHECK(round.received == 80);
  for (const int n : {0, 40, 79}) CHECK(reader.report("note:" + std::to_string(n))["text"] == text);
}

}  // namespace
}  // namespace tram
