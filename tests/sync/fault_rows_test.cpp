// Rows of docs/reliability.md that are tried over every place where they can strike.
#include <algorithm>

#include "tests/support/office.h"

using namespace tram;
using namespace tram::test;

namespace {

// An office with news of its own, news at the province, and a report that both changed in different fields.
struct Eve {
  Province province;
  Office office{province}, other{province};
  std::string report = office.enters("bm02", "2024Q2", {{"a", 1}, {"b", 1}});
  Eve() {
    sync_all(office, other);
    office.changes(report, "a", 2);
    office.enters("bm02", "2024Q3", {{"c", 1}});
    other.changes(report, "b", 2);
    other.syncs();
    province.publishes("guidance:1", {{"title", "x"}});
  }
  void ends_well() {
    office.line.before = office.line.after = nullptr;
    sync_all(office, other);
    CHECK(province.value(report, "a") == 2);
    CHECK(province.value(report, "b") == 2);
    CHECK(province.live_leaves(report) == 1);
    CHECK(office.leaves(report) == province.leaves(report));
    CHECK(other.leaves(report) == province.leaves(report));
    CHECK(office.reference_document("guidance:1")["title"] == "x");
    CHECK(office.status().pending == 0);
    CHECK(office.refusals().empty());
  }
};

std::ptrdiff_t batches(const Office& office) {
  return std::count_if(office.line.requests.begin(), office.line.requests.end(), is_batch);
}

// Requests of a round without faults.
int requests_of_a_good_round() {
  Eve eve;
  return eve.office.requests_of([&] { eve.office.syncs(); });
}

std::string everything_at(Province& province) {
  return province.get("/office-a/_changes?style=all_docs&include_docs=true").body + province.update_seq("reference");
}

}  // namespace

TEST_CASE("F16: a server that fails at any request is asked a few times, and at most one batch goes again") {
  const int status = GENERATE(500, 502, 503, 504);
  const int last = requests_of_a_good_round();
  REQUIRE(last >= 3);
  for (int k = 0; k < last; ++k) {
    CAPTURE(status, k);
    Eve eve;
    eve.office.line.requests.clear();
    int n = 0;
    eve.office.line.before = [&](const http::Request&) -> std::optional<Result<http::Response>> {
      if (n++ < k) return std::nullopt;
      http::Response response = http::json_response(status, R"({"error":"failed","reason":"x"})");
      response.headers.set("Tram-Peer", std::string(32, 'c'));
      return Result<http::Response>(response);
    };
    CHECK(eve.office.tries_to_sync().error);
    CHECK(n - k >= 1);
    CHECK(n - k <= 5);
    const auto before = batches(eve.office);
    eve.office.line.before = nullptr;
    eve.office.syncs();
    CHECK(batches(eve.office) - before <= 2);
    eve.ends_well();
  }
}

TEST_CASE("F18: one report too large among sixteen costs a few requests more and is the only one refused") {
  Province province;
  Office office(province);
  const std::string big(3000, 'x');
  for (int i = 0; i < 16; ++i) office.enters("bm02", std::to_string(100 + i), {{"text", i == 11 ? big : "short"}});
  int batches = 0;
  office.line.before = [&](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (!is_batch(request)) return std::nullopt;
    ++batches;
    if (request.body.find(big) == std::string::npos) return std::nullopt;
    return Result<http::Response>(http::json_response(413, R"({"error":"too_large","reason":"x"})"));
  };
  const Round round = office.syncs();
  CHECK(round.sent == 15);
  CHECK(round.refused == 1);
  CHECK(office.fate("report:bm02:111").code == "too_large");
  CHECK(office.refusals().size() == 1);
  CHECK(province.value("report:bm02:115", "text") == "short");
  CHECK(batches <= 1 + 2 * 4);  // halving and its other halves
}

TEST_CASE("F19: an answer cut at any byte is a failure, and nothing of the half counts as received") {
  const std::string path = GENERATE("/office-a/_changes", "/office-a/_bulk_docs", "/reference/_changes", "/_dbs_info");
  std::size_t length = 1;
  for (std::size_t cut = 0; cut < length; cut += 1 + cut / 8) {
    CAPTURE(path, cut);
    Eve eve;
    length = 0;
    std::string arrived;
    eve.office.line.before = [&](const http::Request& request) -> std::optional<Result<http::Response>> {
      if (request.path() != path) return std::nullopt;
      http::LoopbackClient client(eve.province.handler, {.clock = &eve.province.clock});
      auto answer = client.send(request);
      if (!answer || answer->status >= 300) return std::nullopt;
      length = std::max(length, answer->body.size());
      answer->body.resize(std::min(cut, answer->body.size()));
      arrived = answer->body;
      return answer;
    };
    const std::uint64_t before = eve.office.own->sequence();
    const Round round = eve.office.tries_to_sync();
    if (path == "/office-a/_changes" && length > 0 && arrived.size() + 2 < length) {
      CHECK(round.error);
      CHECK(eve.office.own->sequence() == before);
    }
    eve.ends_well();
  }
}

TEST_CASE("F21: each request that comes twice, in another order, or a day later changes nothing") {
  Eve eve;
  eve.office.line.requests.clear();
  sync_all(eve.office, eve.other);
  std::vector<http::Request> replayed = eve.office.line.requests;
  REQUIRE(std::any_of(replayed.begin(), replayed.end(), is_batch));
  const std::string before = everything_at(eve.province);
  http::LoopbackClient client(eve.province.handler, {.clock = &eve.province.clock});
  for (int pass = 0; pass < 3; ++pass) {
    for (const http::Request& request : replayed) {
      const auto answer = client.send(request);
      CHECK((!answer || answer->status < 500));
    }
    CHECK(everything_at(eve.province) == before);
    std::reverse(replayed.begin(), replayed.end());
    eve.province.clock.advance(86'400'000);
  }
  eve.ends_well();
}
