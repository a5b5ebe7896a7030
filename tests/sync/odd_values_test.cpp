// Requests in which one value after another, of body or query, is of another kind than the protocol says: each has an
// answer, and the database stays sound.
#include "tests/support/spoilt.h"
#include "tests/sync/served_province.h"

namespace tram {
namespace {

using test::document;
using test::must;
using test::ServedProvince;
using test::sig;
using test::spoilt;

struct WithBody {
  const char* method;
  std::string target, body;
};

const std::string kWholeDocument =
    R"({"_id":"x","_rev":"2-)" + sig('2') + R"(","_revisions":{"start":2,"ids":[")" + sig('2') + R"(",")" + sig('1') +
    R"("]},"_deleted":false,"_attachments":{"f":{"content_type":"a/b","data":"QQ==","revpos":1,"digest":"md5-x"},)" +
    R"("g":{"stub":true,"length":1,"revpos":2,"sha256":"x"}},"n":1})";

const WithBody kWithBodies[] = {
    {"PUT", "/plain/x", kWholeDocument},
    {"PUT", "/plain/x?new_edits=false", kWholeDocument},
    {"POST", "/plain", R"({"_id":"y","n":1})"},
    {"POST", "/plain/_bulk_docs", R"({"new_edits":true,"docs":[{"_id":"z","n":1},{"_id":"a","_deleted":true}]})"},
    {"POST", "/plain/_bulk_docs",
     R"({"new_edits":false,"docs":[)" + kWholeDocument +
         R"(],"tram":{"checkpoint":{"id":"c","seq":"1-x","source_seq":1,"session_id":"s","held":"0"}}})"},
    {"POST", "/plain/_bulk_get",
     R"({"docs":[{"id":"a","rev":"1-)" + sig('1') + R"(","atts_since":["1-x"]},{"id":"c"}]})"},
    {"POST", "/plain/_revs_diff", R"({"a":["1-)" + sig('1') + R"("],"new":["1-x"]})"},
    {"POST", "/plain/_all_docs", R"({"keys":["a","b"],"include_docs":true,"limit":1})"},
    {"POST", "/plain/_changes?filter=_doc_ids", R"({"doc_ids":["a"]})"},
    {"POST", "/plain/_changes?filter=_selector", R"({"selector":{"n":{"$in":[1]}}})"},
    {"POST", "/plain/_find",
     R"({"selector":{"n":{"$gt":0}},"fields":["n"],"sort":[{"n":"asc"}],"limit":1,"skip":0,"bookmark":"","conflicts":true})"},
    {"POST", "/plain/_index", R"({"index":{"fields":[{"n":"asc"}]},"ddoc":"d","name":"n","type":"json"})"},
    {"POST", "/plain/_explain", R"({"selector":{"n":1},"fields":["n"],"limit":1,"skip":0})"},
    {"POST", "/plain/_purge", R"({"nowhere":["1-)" + sig('1') + R"("]})"},
    {"POST", "/_dbs_info", R"({"keys":["plain"]})"},
    {"PUT", "/plain/_local/x", R"({"_rev":"0-1","n":1})"},
    {"PUT", "/plain/_local/tram-x",
     R"({"_rev":"0-1","session_id":"s","history":[{"session_id":"s","recorded_seq":"1"}]})"},
    {"PUT", "/plain/_security", R"({"admins":{"names":[],"roles":[]}})"},
    {"PUT", "/plain/_revs_limit", "1000"},
};

// Each parameter of a query in turn is replaced by these.
const char* const kOddParameters[] = {
    "", "odd", "-1", "7", "true", "[7]", "\"a", "%22a%22", "%zz", "99999999999999999999", "{}"};

const char* const kQueries[] = {
    "/plain/a?rev=1-x&revs=true&conflicts=true&open_revs=all&latest=true&atts_since=[]&attachments=true&local_seq=true"
    "&meta=true&revs_info=true&deleted_conflicts=true&att_encoding_info=true",
    "/plain/c/x?rev=1-x",
    "/plain/_all_docs?startkey=%22a%22&endkey=%22z%22&key=%22a%22&limit=2&skip=1&descending=true&include_docs=true"
    "&inclusive_end=false&conflicts=true&update_seq=true&keys=[%22a%22]&attachments=true&startkey_docid=a",
    "/plain/"
    "_changes?since=0&limit=2&style=all_docs&include_docs=true&conflicts=true&descending=true&feed=normal&timeout=1"
    "&heartbeat=1000&filter=_doc_ids&doc_ids=[%22a%22]&bytes=100&held=0&instance=i&leaves=new&inline=10&revs=true"
    "&attachments=true&last-event-id=0&seq_interval=2&wake=reference:0",
    "/plain/_changes?feed=longpoll&since=0&timeout=1&wake=reference:0&instance=i",
    "/plain/_local_docs?limit=1&skip=0&include_docs=true&descending=true&startkey=%22_local/a%22",
    "/plain/_design_docs?limit=1&skip=0&include_docs=true",
    "/_all_dbs?limit=1&skip=0&descending=true&startkey=%22a%22&endkey=%22z%22",
    "/_uuids?count=2",
    "/plain/_blob/x?rev=1",
};

void fill_plain(ServedProvince& province) {
  province.push("plain", document("a", "321") + "," + document("a", "41") + "," + document("b", "1"));
  province.put("/plain/c", R"({"n":1,"_attachments":{"x":{"content_type":"text/plain","data":"QUJD"}}})");
  province.put("/plain/_local/x", "{\"n\":1}");
}

void check_still_sound(ServedProvince& province) {
  CHECK(must(province.database("plain").store->verify()).findings.empty());
  CHECK(province.get("/plain/a?rev=3-" + sig('3')).status == 200);
}

}  // namespace

TEST_CASE("F39: a body of which any value is of another kind is answered, and the database stays sound") {
  ServedProvince province;
  fill_plain(province);
  for (const WithBody& asked : kWithBodies) {
    std::size_t n = 0;
    for (auto body = spoilt(asked.body, n); body; body = spoilt(asked.body, ++n)) {
      CAPTURE(asked.method, asked.target, *body);
      const auto answer = province.call(asked.method, asked.target, *body);
      INFO(answer.body);
      CHECK(answer.status >= 200);
      CHECK((answer.status < 500 || answer.status == 501));
    }
    CHECK(n > 3);
  }
  check_still_sound(province);
}

TEST_CASE("F39: a query of which any parameter is of another kind is answered as what it is") {
  ServedProvince province;
  fill_plain(province);
  for (const std::string query : kQueries) {
    for (auto from = query.find('?'); from != std::string::npos; from = query.find('&', from + 1)) {
      const auto equals = query.find('=', from), to = std::min(query.find('&', from + 1), query.size());
      for (const char* odd : kOddParameters) {
        const std::string alone = query.substr(0, query.find('?') + 1) + query.substr(from + 1, equals - from) + odd;
        for (const std::string& target : {query.substr(0, equals + 1) + odd + query.substr(to), alone}) {
          CAPTURE(target);
          const auto answer = province.get(target);
          INFO(answer.body);
          CHECK(answer.status >= 200);
          CHECK(answer.status < 500);
        }
      }
    }
  }
  check_still_sound(province);
}

}  // namespace tram
