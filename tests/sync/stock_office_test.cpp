// Offices whose province runs a stock CouchDB: the real routes, without what only our own server tells.
#include "core/base/digest.h"
#include "tests/support/office.h"

namespace tram {
namespace {

using test::attached;
using test::must;
using test::Office;
using test::Province;

const std::string kLargeFile(200'000, 'p');

http::Response of_a_stock_server(Province& province, http::Request request) {
  for (const char* ours : {"Tram-Session", "Tram-If-Seen"}) CHECK_FALSE(request.headers.has(ours));
  CHECK(request.headers.has("Accept"));
  if (request.headers.has("Authorization")) request.headers.set("Authorization", "Bearer a");
  http::LoopbackClient client(province.handler);
  http::Response response = must(client.send(request));
  for (const char* ours : {"Tram-Peer", "Tram-Seqs", "Tram-Rules", "Tram-Wrote", "Tram-Have"}) {
    response.headers.remove(ours);
  }
  if (request.path() == "/") {
    return http::json_response(200, R"({"couchdb":"Welcome","version":"3.3.3","uuid":"0123"})");
  }
  return response;
}

struct StockOffice : Office {
  explicit StockOffice(Province& at) : Office(at) { is_at_a_stock_server(); }
  void is_at_a_stock_server() {
    line.before = [this](const http::Request& request) -> std::optional<Result<http::Response>> {
      return Result<http::Response>(of_a_stock_server(province, request));
    };
  }
  void is_cut_at(int n) {
    line.before =
        [this, left = std::make_shared<int>(n)](const http::Request& request) -> std::optional<Result<http::Response>> {
      if ((*left)-- == 0) return Result<http::Response>(error(ErrorCode::offline, "the line was cut"));
      return Result<http::Response>(of_a_stock_server(province, request));
    };
  }
};

}  // namespace

TEST_CASE("toward a stock server reports go over, come over, are merged and removed") {
  Province province;
  StockOffice clerk(province), leader(province);
  const auto report = clerk.enters("bm02", "2024Q2", {{"a", 1}, {"b", 1}});
  const auto removed = clerk.enters("bm02", "2024Q3", {{"a", 1}});
  province.publishes("guidance:1", {{"title", "x"}});
  sync_all(clerk, leader);
  CHECK(leader.value(report, "a") == 1);
  CHECK(leader.reference_document("guidance:1")["title"] == "x");
  clerk.changes(report, "a", 2);
  leader.changes(report, "b", 2);
  leader.removes(removed);
  sync_all(clerk, leader);
  sync_all(clerk, leader);
  CHECK(province.value(report, "a") == 2);
  CHECK(province.value(report, "b") == 2);
  CHECK(clerk.leaves(report) == leader.leaves(report));
  CHECK(province.leaves(report) == clerk.leaves(report));
  CHECK(clerk.report(removed).is_null());
  CHECK(clerk.status().pending == 0);
  CHECK(clerk.status().state == SyncState::idle);
}

TEST_CASE("toward a stock server a round cut at any request is made good by the next ones, also after a restart") {
  for (int n = 0; n < 14; ++n) {
    CAPTURE(n);
    Province province;
    StockOffice clerk(province), leader(province);
    const auto report = clerk.enters("bm02", "2024Q2", {{"a", 1}, {"b", 1}});
    sync_all(clerk, leader);
    clerk.changes(report, "a", 2);
    clerk.attaches(clerk.enters("bm03", "2024", {{"n", 1}}), "scan.png", "small", "image/png");
    leader.changes(report, "b", 2);
    leader.syncs();
    clerk.is_cut_at(n);
    static_cast<void>(clerk.tries_to_sync());
    clerk.is_at_a_stock_server();
    if (n % 2 == 1) clerk.restarts();
    sync_all(clerk, leader);
    sync_all(clerk, leader);
    CHECK(province.value(report, "a") == 2);
    CHECK(province.value(report, "b") == 2);
    CHECK(clerk.leaves(report) == leader.leaves(report));
    CHECK(attached(*leader.own, "report:bm03:2024", "scan.png") == "small");
    CHECK(clerk.status().pending == 0);
  }
}

TEST_CASE("toward a stock server files go with their documents, whatever their size, and come to the other PC") {
  Province province;
  StockOffice clerk(province), leader(province);
  const auto report = clerk.enters("bm02", "2024Q2", {{"a", 1}});
  clerk.attaches(report, "scan \"1\".png", "small", "image/png");
  clerk.attaches(report, "photo.png", kLargeFile, "image/png");
  sync_all(clerk, leader);
  sync_all(clerk, leader);
  for (Store* store : {leader.own.get(), province.database("office-a").store.get()}) {
    CHECK(attached(*store, report, "scan \"1\".png") == "small");
    CHECK((attached(*store, report, "photo.png") == kLargeFile));
  }
  leader.changes(report, "a", 2);
  sync_all(leader, clerk);
  CHECK(clerk.value(report, "a") == 2);
  CHECK(clerk.status().pending == 0);
}

TEST_CASE("toward a stock server what it forbids is listed and everything else goes on") {
  Province province;
  StockOffice clerk(province);
  const auto photo = clerk.enters("bm02", "2024Q2", {{"a", 1}});
  clerk.attaches(photo, "photo.png", kLargeFile, "image/png");
  const auto other = clerk.enters("bm02", "2024Q3", {{"a", 1}});
  clerk.line.before = [&](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (request.method == "PUT" && request.path().find("2024Q2") != std::string_view::npos) {
      return Result<http::Response>(http::error_response(403, "forbidden", "No photos here."));
    }
    return Result<http::Response>(of_a_stock_server(province, request));
  };
  clerk.syncs();
  CHECK(province.value(other, "a") == 1);
  REQUIRE(clerk.refusals().size() == 1);
  CHECK(clerk.refusals()[0].id == photo);
  CHECK(clerk.fate(photo).fate == Fate::refused);
}

TEST_CASE("toward a stock server that is another one than before nothing is sent until an administrator confirms it") {
  Province province;
  StockOffice clerk(province);
  const auto report = clerk.enters("bm02", "2024Q2", {{"a", 1}});
  clerk.syncs();
  clerk.restarts();
  clerk.changes(report, "a", 2);
  clerk.line.before = [&](const http::Request& request) -> std::optional<Result<http::Response>> {
    http::Response response = of_a_stock_server(province, request);
    if (request.path() == "/") response.body = R"({"couchdb":"Welcome","version":"3.3.3","uuid":"4567"})";
    return Result<http::Response>(response);
  };
  const Round round = clerk.tries_to_sync();
  REQUIRE(round.error);
  CHECK(round.error->code == ErrorCode::wrong_peer);
  CHECK(province.value(report, "a") == 1);
  clerk.syncer->accept_server();
  clerk.syncs();
  CHECK(province.value(report, "a") == 2);
}

}  // namespace tram
