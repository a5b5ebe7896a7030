// Answers of the province in which one value after another is of another kind than the protocol says: no program ends for
// it, what was typed stays, and with sound answers everything arrives.
#include "tests/support/office.h"
#include "tests/support/spoilt.h"

namespace tram {
namespace {

using test::must;
using test::Office;
using test::Province;
using test::spoilt;

http::Response answer_of(Province& province, const http::Request& request) {
  http::LoopbackClient client(province.handler);
  return must(client.send(request));
}

}  // namespace

TEST_CASE("F39: an answer of which any value is of another kind ends nothing, and what was typed arrives afterwards") {
  Province province;
  Office clerk(province), leader(province);
  const auto report = clerk.enters("bm02", "2024Q2", {{"a", 0}, {"b", 0}});
  sync_all(clerk, leader);
  int round = 0, spoilt_answers = 0;
  for (int k = 0; k < 12; ++k) {
    bool more = true;
    for (std::size_t n = 0; more; ++n) {
      CAPTURE(k, n);
      REQUIRE(n < 1000);
      ++round;
      clerk.changes(report, "a", round);
      if (round % 5 == 0) {
        leader.changes(report, "b", round);
        leader.syncs();
      }
      province.publishes("guidance:1", {{"title", round}});
      more = false;
      int request_number = 0;
      clerk.line.before = [&](const http::Request& request) -> std::optional<Result<http::Response>> {
        if (request_number++ != k) return std::nullopt;
        http::Response response = answer_of(province, request);
        if (const auto odd = spoilt(response.body, n)) {
          response.body = *odd;
          more = true;
          ++spoilt_answers;
        }
        return Result<http::Response>(response);
      };
      if (round % 7 == 0) clerk.restarts();
      static_cast<void>(clerk.tries_to_sync());
      clerk.line.before = nullptr;
    }
  }
  CHECK(spoilt_answers > 100);
  sync_all(clerk, leader);
  sync_all(clerk, leader);
  CHECK(province.value(report, "a") == round);
  CHECK(leader.value(report, "a") == round);
  CHECK(clerk.value(report, "b") == leader.value(report, "b"));
  CHECK(must(clerk.own->verify()).findings.empty());
  CHECK(clerk.status().state == SyncState::idle);
}

TEST_CASE("whatever status an answer has, and whoever gave it, what was typed and photographed arrives afterwards") {
  const bool is_stock = GENERATE(false, true);
  Province province;
  Office clerk(province);
  const auto sound = [&](const http::Request& request) {
    http::Request asked = request;
    if (asked.headers.has("Authorization")) asked.headers.set("Authorization", "Bearer a");
    http::Response response = answer_of(province, asked);
    if (!is_stock) return response;
    for (const char* ours : {"Tram-Peer", "Tram-Seqs", "Tram-Rules", "Tram-Wrote", "Tram-Have"}) {
      response.headers.remove(ours);
    }
    if (request.path() != "/") return response;
    return http::json_response(200, R"({"couchdb":"Welcome","version":"3.3.3","uuid":"0123"})");
  };
  const auto heal = [&] {
    clerk.line.before = [&](const http::Request& request) -> std::optional<Result<http::Response>> {
      return Result<http::Response>(sound(request));
    };
  };
  const auto report = clerk.enters("bm02", "2024Q2", {{"a", 0}});
  heal();
  clerk.syncs();
  int n = 0;
  for (const int status : {201, 204, 302, 400, 401, 403, 404, 405, 408, 409, 412, 413, 414,
                           415, 416, 418, 429, 431, 500, 501, 502, 503, 504, 507, 511}) {
    for (int k = 0; k < 5; ++k) {
      CAPTURE(is_stock, status, k);
      clerk.changes(report, "a", ++n);
      if (k % 2 == 1) {
        const BlobPtr blob = must(clerk.own->blobs().keep(std::string(70'000, 'p') + std::to_string(n)));
        must(clerk.own->write([&](Transaction& transaction) -> Status {
          RETURN_IF_ERROR(transaction.bring(*blob));
          ASSIGN_OR_RETURN(const auto found, transaction.winner(report));
          RETURN_IF_ERROR(
              transaction.save(report, found->rev, false, found->body, {{"p", "image/png", blob->sha256, "", 0, 0}}));
          return {};
        }));
      }
      province.publishes("guidance:1", {{"title", n}});
      int requests = 0;
      clerk.line.before = [&](const http::Request& request) -> std::optional<Result<http::Response>> {
        http::Response response = sound(request);
        if (requests++ != k) return Result<http::Response>(response);
        response.status = status;
        if (n % 3 == 0) response.body = R"({"error":"odd","reason":"x"})";
        if (n % 3 == 1) response.headers.set("Retry-After", n % 2 == 0 ? "7" : "Mon, 17 Jun 2024 02:20:00 GMT");
        if (n % 4 == 3) response.headers.set("Content-Type", "text/plain");
        return Result<http::Response>(response);
      };
      static_cast<void>(clerk.tries_to_sync());
      heal();
      if (n % 11 == 0) clerk.restarts();
      province.clock.advance(3'600'000);
      clerk.syncer->retry_refused();
      static_cast<void>(clerk.tries_to_sync());
    }
  }
  clerk.changes(report, "a", ++n);
  clerk.syncs();
  clerk.syncs();
  CHECK(province.value(report, "a") == n);
  CHECK(clerk.status().state == SyncState::idle);
  CHECK(must(clerk.own->verify()).findings.empty());
}

}  // namespace tram
