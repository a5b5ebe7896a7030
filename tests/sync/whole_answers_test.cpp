// An answer of the province is taken whole or not at all, and what it says beside its body is read for what it is.
#include "core/base/digest.h"
#include "sync/remote_server.h"
#include "sync/wire.h"
#include "tests/support/spoilt.h"
#include "tests/sync/served_province.h"

namespace tram {
namespace {

using test::must;
using test::sig;
using test::spoilt;

const std::string kRev = "2-" + sig('2');
const std::string kDocument = R"({"_id":"a","_rev":")" + kRev + R"(","_revisions":{"start":2,"ids":[")" + sig('2') +
                              R"(",")" + sig('1') + R"("]},"_attachments":{"f":{"content_type":"a/b","data":"QUJD",)" +
                              R"("revpos":2,"digest":"md5-x","length":3}},"n":1})";

struct Sound {
  const char* what;
  std::string text;
  std::function<bool(std::string_view)> is_taken;
};

const Sound kSound[] = {
    {"a page of changes",
     R"({"extra":[1],"results":[{"seq":"3-9f3c0a1b","id":"a","changes":[{"own":1,"rev":")" + kRev +
         R"("}],"deleted":false,"docs":[)" + kDocument + R"(],"own":{}}],"last_seq":"3-9f3c0a1b","pending":7})",
     [](std::string_view text) {
       const auto page = wire::read_changes(text);
       for (const ChangeRow& row : page ? page->rows : std::vector<ChangeRow>()) {
         CHECK_FALSE(row.id.empty());
         CHECK_FALSE(row.seq.empty());
       }
       return page.ok();
     }},
    {"the revisions that are missing",
     R"({"a":{"possible_ancestors":["1-)" + sig('1') + R"("],"missing":[")" + kRev + R"("]},"b":{"missing":[]}})",
     [](std::string_view text) { return wire::read_revs_diff(text).ok(); }},
    {"the rows of a batch",
     R"([{"id":"a","rev":")" + kRev + R"(","error":"forbidden","reason":"Closed.","reason_vi":"Đã khóa.","own":[1]},)" +
         R"({"ok":true,"id":"b","rev":"1-x"}])",
     [](std::string_view text) {
       const auto rows = wire::read_refused(text);
       for (const Refused& row : rows ? *rows : std::vector<Refused>()) {
         CHECK_FALSE(row.error.empty());
         CHECK_FALSE(row.code.empty());
       }
       return rows.ok();
     }},
    {"documents", R"({"own":1,"results":[{"id":"a","docs":[{"ok":)" + kDocument + R"(},{"error":{"id":"a"}}]}]})",
     [](std::string_view text) { return wire::read_bulk_get_answer(text).ok(); }},
    {"a checkpoint",
     R"({"_rev":"0-3","session_id":"s","source_last_seq":"3-x","held":"2-x","own":1,"history":[{"own":1,)"
     R"("session_id":"s","recorded_seq":"3-x"}]})",
     [](std::string_view text) { return wire::read_checkpoint(text).has_value(); }},
};

}  // namespace

TEST_CASE("an answer that ends early, at whatever byte, is never taken for a whole one") {
  for (const Sound& answer : kSound) {
    CHECK(answer.is_taken(answer.text));
    for (std::size_t size = 0; size < answer.text.size(); ++size) {
      CAPTURE(answer.what, answer.text.substr(0, size));
      CHECK_FALSE(answer.is_taken(std::string_view(answer.text).substr(0, size)));
    }
    CHECK_FALSE(answer.is_taken(answer.text + "}"));
  }
}

TEST_CASE("an answer of which any value is of another kind names its rows, or is not taken") {
  for (const Sound& answer : kSound) {
    std::size_t n = 0, refused = 0;
    for (auto text = spoilt(answer.text, n); text; text = spoilt(answer.text, ++n)) {
      CAPTURE(answer.what, *text);
      refused += answer.is_taken(*text) ? 0 : 1;
    }
    CHECK(n > 20);
    CHECK(refused > 0);
  }
}

TEST_CASE("a page tells its documents with their small files, and which of them cannot be taken") {
  std::string page_text = kSound[0].text;
  const ChangesPage page = must(wire::read_changes(page_text));
  REQUIRE(page.rows.size() == 1);
  CHECK(page.rows[0].leaves == std::vector{must(RevisionId::parse(kRev))});
  CHECK(page.pending == 7U);
  CHECK(page.last_seq == "\"3-9f3c0a1b\"");
  CHECK(page.has_documents);
  REQUIRE(page.rows[0].documents.size() == 1);
  CHECK(page.rows[0].documents[0].bytes == std::vector<std::string>{"ABC"});
  CHECK(page.rows[0].documents[0].attachments[0].sha256 == sha256_hex("ABC"));
  const auto with = [&](std::string_view sound, std::string_view odd) {
    std::string text = page_text;
    text.replace(text.find(sound), sound.size(), odd);
    return must(wire::read_changes(text));
  };
  for (const ChangesPage& odd : {with("QUJD", "Q"), with("\"_id\":\"a\"", "\"_id\":\"_a\"")}) {
    CHECK(odd.rows[0].documents.empty());
    REQUIRE(odd.unreadable.size() == 1);
    CHECK(odd.unreadable[0].rev == kRev);
    CHECK_FALSE(odd.unreadable[0].reason.empty());
  }
  CHECK_FALSE(with("\"pending\":7", "\"pending\":-7").pending);
  CHECK_FALSE(wire::read_changes(R"({"results":[]})").ok());
  CHECK_FALSE(wire::read_bulk_get_answer("{}").ok());
  CHECK_FALSE(wire::read_changes(R"({"results":[{"seq":1,"id":"a","changes":[{"rev":"odd"}]}],"last_seq":1})").ok());
}

TEST_CASE("a checkpoint keeps the ten latest sessions, and reads back as it was written") {
  Checkpoint checkpoint{"", "s0", "\"9-x\"", {}, "\"5-x\""};
  for (int i = 0; i < 12; ++i)
    checkpoint.history.push_back({"s" + std::to_string(i), "\"" + std::to_string(i) + "-x\""});
  const auto read = wire::read_checkpoint(wire::write_checkpoint(checkpoint));
  REQUIRE(read);
  REQUIRE(read->history.size() == 10);
  CHECK(read->history[9].session_id == "s9");
  CHECK(read->history[9].recorded_seq == "\"9-x\"");
  CHECK(read->held == checkpoint.held);
  CHECK(read->source_last_seq == checkpoint.source_last_seq);
  std::string long_history = R"({"session_id":"s","history":[{"session_id":"0"})";
  for (int i = 1; i < 12; ++i) long_history += ",{\"session_id\":\"" + std::to_string(i) + "\"}";
  CHECK(wire::read_checkpoint(long_history + "]}")->history.size() == 10);  // another replicator keeps more
}

TEST_CASE("the positions that a province tells beside an answer are read, whatever stands between them") {
  const SeqMap seqs = parse_seqs(" office-a=418-9f3c0a1b,reference=0 ,,  , odd , =7,a=b=3-x");
  CHECK(seqs == SeqMap{{"office-a", "418-9f3c0a1b"}, {"reference", "0"}, {"a=b", "3-x"}});
  CHECK(parse_seqs("").empty());
}

TEST_CASE("a province that asks to be left alone says for how long, by seconds or by a date, at most an hour") {
  const auto pause_ms = [](std::string after, std::string date = "") {
    http::Response response;
    response.headers.set("Retry-After", std::move(after));
    if (!date.empty()) response.headers.set("Date", std::move(date));
    return retry_after_ms(response);
  };
  CHECK(retry_after_ms(http::Response()) == 0);
  CHECK(pause_ms(" 7 ") == 7000);
  CHECK(pause_ms("99999999") == 3'600'000);
  for (const char* odd : {"-7", "7 s", "99999999999999999999", "soon", " "}) CHECK(pause_ms(odd) == 0);
  const std::string noon = "Mon, 17 Jun 2024 12:00:00 GMT", later = "Mon, 17 Jun 2024 12:00:30 GMT";
  CHECK(pause_ms(later, noon) == 30'000);
  CHECK(pause_ms(noon, later) == 0);
  CHECK(pause_ms(later) == 0);  // counted by its own clock or not at all
  CHECK(pause_ms("Tue, 18 Jun 2024 12:00:00 GMT", noon) == 3'600'000);
}

}  // namespace tram
