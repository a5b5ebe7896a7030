// Each statement of a request, and of a whole round between an office and its province, fails once: whoever asked is told,
// nothing of what was saved is lost, and the next try comes through.
#include "tests/support/failing_calls.h"

#include <sqlite3.h>

#include <cerrno>

#include "core/base/digest.h"
#include "sync/history.h"
#include "tests/support/office.h"

namespace tram {
namespace {

using test::Calls;
using test::Chosen;
using test::document;
using test::fail_each_call;
using test::FailingCalls;
using test::must;
using test::Office;
using test::Province;
using test::ServedProvince;
using test::sig;

const std::string kPhoto(100'000, 'p');  // in a file of its own

Result<http::Response> ask(ServedProvince& province, const http::Request& request) {
  http::LoopbackOptions options;
  options.on_wait = [&province](std::int64_t ms) { province.clock.advance(ms); };
  http::LoopbackClient client(province.handler, std::move(options));
  return client.send(request);
}

struct Asked {
  const char* method;
  std::string target, body;
  http::Headers headers = {};
};

// A database with a bit of everything in it: branches, a tombstone, attachments, a local document, an index.
void fill(ServedProvince& province) {
  province.push("plain", document("a", "321") + "," + document("a", "41") + "," + document("b", "1"));
  province.put("/plain/_local/x", "{\"n\":1}");
  province.put("/plain/c", R"({"n":1,"_attachments":{"x":{"content_type":"text/plain","data":"QUJD"}}})");
  const std::string rev = province.get("/plain/c").json()["_rev"];
  province.call("PUT", "/plain/c/photo?rev=" + rev, kPhoto, "admin", {{"Content-Type", "image/png"}});
  const std::string gone = province.put("/plain/d", "{}").json()["rev"];
  province.call("DELETE", "/plain/d?rev=" + gone);
  province.post("/plain/_index", R"({"index":{"fields":["n"]},"ddoc":"by","name":"n"})");
}

bool is_failure(const Result<http::Response>& answer) { return !answer.ok() || answer->status >= 500; }

}  // namespace

TEST_CASE("F14: whatever is read, each statement that fails is told, and asked again it answers as ever") {
  ServedProvince province;
  fill(province);
  const std::string photo = sha256_hex(kPhoto), seq = province.update_seq("plain");
  const Asked all[] = {
      {"GET", "/plain", ""},
      {"GET", "/_all_dbs", ""},
      {"POST", "/_dbs_info", R"({"keys":["plain"]})"},
      {"GET", "/plain/a?revs=true&conflicts=true&revs_info=true&local_seq=true&meta=true", ""},
      {"GET", "/plain/a?rev=3-" + sig('3'), ""},
      {"GET", "/plain/a?rev=1-" + sig('1') + "&latest=true", ""},
      {"GET", "/plain/a?open_revs=all&revs=true", ""},
      {"GET", "/plain/a?open_revs=[\"3-" + sig('3') + "\",\"9-" + sig('9') + "\"]&latest=true", ""},
      {"GET", "/plain/c?attachments=true", ""},
      {"GET", "/plain/c?open_revs=all&attachments=true", "", {{"Accept", "multipart/mixed"}}},
      {"GET", "/plain/c?attachments=true", "", {{"Accept", "multipart/related"}}},
      {"GET", "/plain/c/x", ""},
      {"GET", "/plain/c/photo", "", {{"Range", "bytes=5-9"}}},
      {"GET", "/plain/_blob/" + photo, ""},
      {"GET", "/plain/_local/x", ""},
      {"GET", "/plain/_local_docs?include_docs=true", ""},
      {"GET", "/plain/_all_docs?include_docs=true&conflicts=true", ""},
      {"GET", "/plain/_all_docs?descending=true&startkey=\"c\"&endkey=\"a\"&skip=1", ""},
      {"POST", "/plain/_all_docs", R"({"keys":["a","d","nowhere"]})"},
      {"GET", "/plain/_design_docs", ""},
      {"GET", "/plain/_changes?include_docs=true&style=all_docs&conflicts=true", ""},
      {"GET", "/plain/_changes?descending=true&limit=2", ""},
      {"GET", "/plain/_changes?since=" + seq + "&feed=longpoll&timeout=1", ""},
      {"GET", "/plain/_changes?since=now", ""},
      {"GET", "/plain/_changes?include_docs=true&attachments=true", ""},
      {"POST", "/plain/_changes?filter=_doc_ids", R"({"doc_ids":["a","c"]})"},
      {"POST", "/plain/_changes?filter=_selector&include_docs=true", R"({"selector":{"n":1}})"},
      {"POST", "/plain/_bulk_get?revs=true",
       R"({"docs":[{"id":"a"},{"id":"c"},{"id":"nowhere"},{"id":"a","rev":"9-)" + sig('9') + "\"}]}"},
      {"POST", "/plain/_bulk_get?revs=true&attachments=true", R"({"docs":[{"id":"c"}]})"},
      {"POST",
       "/plain/_bulk_get?revs=true&attachments=true",
       R"({"docs":[{"id":"c"}]})",
       {{"Accept", "multipart/mixed"}}},
      {"POST", "/plain/_revs_diff",
       R"({"a":["9-)" + sig('9') + "\",\"3-" + sig('3') + R"("],"new":["1-)" + sig('1') + "\"]}"},
      {"POST", "/plain/_find", R"({"selector":{"n":1},"fields":["n"],"sort":["n"]})"},
      {"GET", "/plain/_index", ""},
      {"POST", "/plain/_explain", R"({"selector":{"n":1}})"},
      {"GET", "/plain/_revs_limit", ""},
      {"GET", "/plain/_security", ""},
  };
  for (const Asked& asked : all) {
    CAPTURE(asked.method, asked.target);
    const http::Request request =
        ServedProvince::request(asked.method, asked.target, asked.body, "admin", asked.headers);
    const auto once = ask(province, request);
    REQUIRE(once.ok());
    INFO(once->body);
    REQUIRE(once->status < 300);
    int told = 0;
    const std::uint64_t calls = fail_each_call(Calls::sqlite, SQLITE_NOMEM, [&](FailingCalls& failing) {
      province.shelf.close("plain");
      failing.begin();
      const auto answer = ask(province, request);
      failing.end();
      told += is_failure(answer) ? 1 : 0;
      CHECK((failing.has_failed() || !is_failure(answer)));
      const auto again = ask(province, request);
      REQUIRE(again.ok());
      CHECK(again->status == once->status);
    });
    CHECK((told > 0 || calls == 0));
  }
}

TEST_CASE("F06 F14: whatever is written, it is there when that was answered, and can be written again when not") {
  ServedProvince province;
  fill(province);
  int n = 0;
  std::string id;  // of this try
  const auto write = [&](const char* what, const std::string& prefix, const std::function<http::Request()>& request) {
    CAPTURE(what);
    for (const int code : {SQLITE_NOMEM, SQLITE_FULL}) {
      const auto calls = fail_each_call(Calls::sqlite, code, [&](FailingCalls& failing) {
        id = prefix + std::to_string(++n);
        province.shelf.close("plain");
        const http::Request asked = request();
        failing.begin();
        const auto answer = ask(province, asked);
        failing.end();
        CHECK((failing.has_failed() || !is_failure(answer)));
        if (!is_failure(answer)) {
          INFO(answer->body);
          CHECK(answer->status < 300);
          CHECK(province.get("/plain/" + id).status == 200);
        } else if (province.get("/plain/" + id).status == 404) {  // else the answer was lost behind the commit
          REQUIRE(ask(province, request()).ok());
          CHECK(province.get("/plain/" + id).status == 200);
        }
      });
      CHECK(calls > 5);
    }
  };
  const auto put = [](std::string target, std::string body, http::Headers headers = {}) {
    return ServedProvince::request("PUT", std::move(target), std::move(body), "admin", std::move(headers));
  };
  const auto post = [](std::string target, std::string body) {
    return ServedProvince::request("POST", std::move(target), std::move(body), "admin");
  };
  write("PUT", "a", [&] { return put("/plain/" + id, "{\"n\":1}"); });
  write("POST", "b", [&] { return post("/plain", "{\"_id\":\"" + id + "\"}"); });
  write("COPY", "c", [&] { return ServedProvince::request("COPY", "/plain/a", "", "admin", {{"Destination", id}}); });
  write("attachment", "d", [&] { return put("/plain/" + id + "/x", kPhoto, {{"Content-Type", "image/png"}}); });
  write("inline", "e", [&] { return put("/plain/" + id, R"({"_attachments":{"x":{"data":"QUJD"}}})"); });
  write("_local", "_local/f", [&] { return put("/plain/" + id, "{\"n\":1}"); });
  write("_bulk_docs", "g", [&] { return post("/plain/_bulk_docs", "{\"docs\":[{\"_id\":\"" + id + "\"},{}]}"); });
  write("push", "h", [&] {
    const std::string documents = document(id, "21") + "," + document(id, "31");
    return post("/plain/_bulk_docs", "{\"new_edits\":false,\"docs\":[" + documents + "]}");
  });
  write("_index", "_design/i",
        [&] { return post("/plain/_index", R"({"index":{"fields":["n"]},"ddoc":")" + id + "\"}"); });
  CHECK(must(province.database("plain").store->verify()).findings.empty());
}

TEST_CASE("F14: purging, compacting and staging parts, whichever statement fails, can be asked for again") {
  ServedProvince province;
  fill(province);
  const std::string bytes = "0123456789", name = sha256_hex(bytes);
  const Asked all[] = {{"POST", "/plain/_purge", R"({"b":["1-)" + sig('1') + "\"]}"},
                       {"POST", "/plain/_compact", "{}"},
                       {"PUT", "/plain/_blob/" + name, bytes, {{"Content-Range", "bytes 0-9/10"}}},
                       {"DELETE", "/plain/_local/gone?rev=0-1", ""}};
  for (const Asked& asked : all) {
    CAPTURE(asked.target);
    const auto calls = fail_each_call(Calls::sqlite, SQLITE_NOMEM, [&](FailingCalls& failing) {
      province.shelf.close("plain");
      const auto request = ServedProvince::request(asked.method, asked.target, asked.body, "admin", asked.headers);
      province.push("plain", document("b", "1"));
      failing.begin();
      const auto answer = ask(province, request);
      failing.end();
      CHECK((failing.has_failed() || !is_failure(answer)));
      const auto again = ask(province, request);
      REQUIRE(again.ok());
      CHECK(again->status < 500);
    });
    CHECK(calls > 0);
  }
  CHECK(must(province.database("plain").store->verify()).findings.empty());
}

namespace {

void attaches(Office& office, const std::string& id, const std::string& bytes) {
  const BlobPtr blob = must(office.own->blobs().keep(bytes));
  must(office.own->write([&](Transaction& transaction) -> Status {
    RETURN_IF_ERROR(transaction.bring(*blob));
    ASSIGN_OR_RETURN(const auto found, transaction.winner(id));
    RETURN_IF_ERROR(
        transaction.save(id, found->rev, false, found->body, {{"scan", "image/png", blob->sha256, "", 0, 0}}));
    return {};
  }));
}

std::string attached(Office& office, const std::string& id) {
  std::string sha256;
  must(office.own->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto found, snapshot.winner(id));
    if (found && !found->attachments.empty()) sha256 = found->attachments[0].sha256;
    return {};
  }));
  const auto found = must(office.own->blob(sha256));
  return found ? must(found->bytes.read(0, found->bytes.length())) : "nothing";
}

// Two PCs of one office work, then both synchronise while calls fail. With the machines well again all is everywhere.
std::uint64_t fail_in_a_round(Calls calls, int code, int& told, const Chosen& chosen = {}) {
  Province province;
  province.publishes("form:bm02", {{"type", "form"}});
  int n = 0;
  const auto round = [&](FailingCalls& failing) {
    auto clerk = std::make_unique<Office>(province);
    auto leader = std::make_unique<Office>(province);
    const std::string id = clerk->enters("bm02", std::to_string(10000 + ++n), {{"a", 1}, {"b", 1}});
    sync_all(*clerk, *leader);
    clerk->changes(id, "a", 2);
    leader->changes(id, "b", 3);
    attaches(*clerk, clerk->enters("bm03", std::to_string(10000 + n), {{"n", n}}), "small " + std::to_string(n));
    const std::string with_photo = clerk->enters("bm04", std::to_string(10000 + n), {{"n", n}});
    attaches(*clerk, with_photo, kPhoto + std::to_string(n));
    const std::string removed = leader->enters("bm05", std::to_string(10000 + n), {{"n", n}});
    leader->removes(removed);
    province.publishes("notice:" + std::to_string(n), {{"type", "notice"}}, "office-a");
    province.publishes("form:" + std::to_string(n), {{"type", "form"}});
    clerk->restarts();  // what was prepared is prepared anew
    leader->restarts();
    for (const char* name : {"office-a", "reference"}) province.shelf.close(name);

    failing.begin();
    const Round first = clerk->tries_to_sync();
    const Round second = leader->tries_to_sync();
    static_cast<void>(clerk->status());
    failing.end();
    if (first.error) CHECK_FALSE(first.error->message.empty());
    if (second.error) CHECK_FALSE(second.error->message.empty());
    CHECK((failing.has_failed() || (!first.error && !second.error)));
    told += first.error || second.error ? 1 : 0;

    province.clock.advance(3'600'000);
    sync_all(*clerk, *leader);
    sync_all(*clerk, *leader);
    for (Office* office : {clerk.get(), leader.get()}) {
      CHECK(office->value(id, "a") == 2);
      CHECK(office->value(id, "b") == 3);
      CHECK(office->live_leaves(id) == 1);
      CHECK(attached(*office, "report:bm03:" + std::to_string(10000 + n)) == "small " + std::to_string(n));
      CHECK((attached(*office, with_photo) == kPhoto + std::to_string(n)));
      CHECK(office->live_leaves(removed) == 0);
      CHECK_FALSE(office->report("notice:" + std::to_string(n)).is_null());
      CHECK_FALSE(office->reference_document("form:" + std::to_string(n)).is_null());
      CHECK(office->status().pending == 0);
      for (const Refusal& row : office->refusals()) {
        FAIL_CHECK(row.id << " " << row.rev << " " << row.code << " " << row.reason << " push " << row.push);
      }
    }
    CHECK(province.value(id, "a") == 2);
    CHECK(province.leaves(id) == clerk->leaves(id));
  };
  return fail_each_call(calls, code, round, chosen);
}

}  // namespace

TEST_CASE(
    "F14: whichever statement of a round fails, at the office or at the province, the next rounds bring all over") {
  int told = 0;
  CHECK(fail_in_a_round(Calls::sqlite, SQLITE_NOMEM, told, {.step = 58}) > 7);
  CHECK(told > 2);
}

TEST_CASE("F08: whichever file of a round cannot be made, flushed or renamed, the next rounds bring all over") {
  int told = 0;
  CHECK(fail_in_a_round(Calls::files, EIO, told, {.places = true}) > 5);
  CHECK(told > 2);
}

TEST_CASE("F14: an office reads its ledger and the history of a report, or is told why not") {
  Province province;
  Office clerk(province);
  const std::string id = clerk.enters("bm02", "2024Q2", {{"a", 1}});
  clerk.changes(id, "a", 2);
  clerk.syncs();
  clerk.changes(id, "a", 3);
  for (const int code : {SQLITE_NOMEM, SQLITE_CORRUPT}) {
    CHECK(fail_each_call(Calls::sqlite, code, [&](FailingCalls& failing) {
            clerk.restarts();
            failing.begin();
            const auto history = history_of(*clerk.own, id);
            const auto ledger = read_ledger(*clerk.own, {});
            failing.end();
            CHECK((failing.has_failed() || (history.ok() && ledger.ok())));
            if (history.ok()) CHECK(history->size() == 3);
            if (ledger.ok()) CHECK(ledger->size() == 3);
          }) > 10);
  }
}

}  // namespace tram
