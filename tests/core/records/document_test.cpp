#include "core/records/document.h"

#include <rapidcheck.h>

#include "core/base/json.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"

namespace tram {
namespace {

Result<DocumentText> read(std::string_view text) {
  json::Reader reader(text);
  return read_document_text(reader);
}

std::string refusal(std::string_view text) {
  const auto document = read(text);
  return document ? "none" : std::string(document.error().what_name());
}

std::string ids(std::size_t count) {
  std::string text = "[";
  for (std::size_t i = 0; i < count; ++i) text += (i ? ",\"" : "\"") + std::to_string(i) + "\"";
  return text + "]";
}

}  // namespace

TEST_CASE("The body of a document is its text without the special members") {
  const auto document = read(R"({"_id":"x","_rev":"2-b","_revisions":{"start":2,"ids":["b","a"]},"unit": "An Hải" ,
 "n": 1.50})");
  REQUIRE(document.ok());
  CHECK(document->id == "x");
  CHECK(document->rev == RevisionId{2, "b"});
  CHECK(document->path == std::vector<std::string>{"b", "a"});
  CHECK(document->body == "{\"unit\": \"An Hải\" ,\n \"n\": 1.50}");
}

TEST_CASE("Where the members of a body stand is noted while it is read, wherever special ones stand between") {
  const auto noted = [](const std::string& text) {
    const auto document = test::must(to_document(test::must(read(text))));
    std::vector<std::pair<std::string, std::string>> members;
    for (const BodyMember& member : document.members) {
      members.emplace_back(member.name_in(document.body), member.value_in(document.body));
    }
    return members;
  };
  using Members = std::vector<std::pair<std::string, std::string>>;
  CHECK(
      noted(
          R"({ "unit" : {"code": "047" } , "_id":"x","n":-1.50 ,"đ":"Ninh \" Hải","":[ ] ,"_rev":"1-a", "z":null })") ==
      Members{{"unit", R"({"code": "047" })"}, {"n", "-1.50"}, {"đ", R"("Ninh \" Hải")"}, {"", "[ ]"}, {"z", "null"}});
  CHECK(noted(R"({"_rev":"1-a","_id":"x"})").empty());
  CHECK(noted(R"({"_rev":"1-a","_id":"x","a":1,"\u0062":2})").empty());
  const auto many = [](std::size_t count) {
    std::string text = R"({"_rev":"1-a","_id":"x")";
    for (std::size_t i = 0; i < count; ++i) text += ",\"m" + std::to_string(i) + "\":" + std::to_string(i);
    return text + "}";
  };
  const Members as_many_as_are_noted = noted(many(kMembersNoted));
  REQUIRE(as_many_as_are_noted.size() == kMembersNoted);
  CHECK(as_many_as_are_noted.back() == Members::value_type{"m31", "31"});
  CHECK(noted(many(kMembersNoted + 1)).empty());
}

TEST_CASE("Special members may stand anywhere in a document") {
  CHECK(read(R"({ "a":1 , "_id":"x", "b" : [2, 3],"c":{ "_x":1} , "_deleted":true, "d":4})")->body ==
        R"({"a":1,"b" : [2, 3],"c":{ "_x":1},"d":4})");
  CHECK(read(R"({"a":1,"_id":"x"})")->body == R"({"a":1})");
  CHECK(read(R"({"_id":"x"})")->body == "{}");
  CHECK(read("{ }")->body == "{}");
  CHECK(read(R"({"\u005fid":"x","a":1})")->id == "x");
}

TEST_CASE("Members that stock peers add for display are ignored") {
  CHECK(
      read(R"({"_id":"x","_conflicts":["1-a"],"_deleted_conflicts":[],"_local_seq":3,"_revs_info":[],"a":1})")->body ==
      R"({"a":1})");
}

TEST_CASE("An unknown special member is refused and its neighbour is read all the same") {
  json::Reader reader(R"([{"_id":"bad","_x":{"deep":[1]},"n":1},{"_id":"good","n":2}])");
  REQUIRE(reader.enter_array());
  REQUIRE(reader.next_element());
  DocumentName name;
  const auto bad = read_document_text(reader, &name);
  REQUIRE(!bad.ok());
  CHECK(bad.error().what_name() == "doc_validation");
  CHECK(bad.error().message == "Bad special document member: _x");
  CHECK(name.id == "bad");
  REQUIRE(reader.next_element());
  CHECK(read_document_text(reader)->id == "good");
  CHECK(!reader.next_element());
  CHECK(reader.finish().ok());
}

TEST_CASE("What is wrong with one document has a name and leaves the reader in order") {
  const std::pair<std::string, std::string> cases[] = {
      {R"(5)", "doc_validation"},
      {R"({"_id":5})", "illegal_docid"},
      {R"({"_id":""})", "illegal_docid"},
      {R"({"_id":"_x"})", "illegal_docid"},
      {R"({"_id":"_design/"})", "illegal_docid"},
      {R"({"_id":"a\u0000"})", "illegal_docid"},
      {R"({"_id":"x","_rev":7})", "bad_revision"},
      {R"({"_id":"x","_rev":"7"})", "bad_revision"},
      {R"({"_id":"x","_rev":"0-1"})", "bad_revision"},
      {R"({"_id":"x","_rev":"1-zzcdef0123456789abcdef0123456789"})", "bad_revision"},
      {R"({"_id":"x","_deleted":1})", "doc_validation"},
      {R"({"_id":"x","_attachments":[]})", "doc_validation"},
      {R"({"_id":"x","_rev":"2-b","_revisions":7})", "bad_revision"},
      {R"({"_id":"x","_rev":"2-b","_revisions":{"start":2,"ids":[]}})", "bad_revision"},
      {R"({"_id":"x","_rev":"2-b","_revisions":{"start":2,"ids":["b",7]}})", "bad_revision"},
      {R"({"_id":"x","_rev":"2-b","_revisions":{"start":1.5,"ids":["b"]}})", "bad_revision"},
      {R"({"_id":"x","_rev":"2-b","_revisions":{"start":-2,"ids":["b"]}})", "bad_revision"},
      {R"({"_id":"x","_rev":"2-b","_revisions":{"ids":["b"]}})", "bad_revision"},
  };
  for (const auto& [text, name] : cases) {
    INFO(text);
    json::Reader reader(text);
    const auto document = read_document_text(reader);
    REQUIRE(!document.ok());
    CHECK(document.error().what_name() == name);
    CHECK(reader.finish().ok());
  }
}

TEST_CASE(
    "A history that begins with another revision is refused; one that PouchDB cut counts where a CouchDB takes it") {
  for (const std::string_view text : {R"({"_id":"x","_rev":"2-b","_revisions":{"start":2,"ids":["a","b"]}})",
                                      R"({"_id":"x","_rev":"2-b","_revisions":{"start":3,"ids":["b","a"]}})"}) {
    CHECK(to_document(test::must(read(text))).error().what_name() == "bad_revision");
    CHECK(to_document(test::must(read(text)), true).error().what_name() == "bad_revision");
  }
  const std::string_view cut = R"({"_id":"x","_rev":"3-b","_revisions":{"start":2,"ids":["b","a"]}})";
  CHECK(to_document(test::must(read(cut))).error().what_name() == "bad_revision");
  const auto document = test::must(to_document(test::must(read(cut)), true));
  CHECK(document.rev == RevisionId{2, "b"});
  CHECK(document.path == std::vector<std::string>{"b", "a"});
}

TEST_CASE("A text that is refused as a document still says of which one it speaks") {
  DocumentText text = test::must(read(R"({"_id":"x","_rev":"3-b","_revisions":{"start":2,"ids":["b","a"]},"n":1})"));
  CHECK(to_document(std::move(text)).error().what_name() == "bad_revision");
  CHECK(text.id == "x");  // NOLINT(bugprone-use-after-move)
  CHECK(text.rev == RevisionId{3, "b"});
  CHECK(text.body == R"({"n":1})");
}

TEST_CASE("Whether a revision is named by its content is found out where it is read, as far as that can be told") {
  using Named = Document::Named;
  const std::string first = make_sig({}, false, {}, R"({"n":1})");
  const std::string second = make_sig({1, first}, true, {}, R"({"n":2})");
  const auto named = [](const std::string& text) { return test::must(to_document(test::must(read(text)))).named; };
  const auto path = [](int start, const std::string& ids) {
    return R"(,"_revisions":{"start":)" + std::to_string(start) + R"(,"ids":[)" + ids + "]}";
  };
  CHECK(named(R"({"_id":"x","_rev":"1-)" + first + R"(","n":1})") == Named::by_content);
  CHECK(named(R"({"_id":"x","_rev":"1-)" + first + R"(","n":2})") == Named::otherwise);
  const std::string later = R"({"_id":"x","_rev":"2-)" + second + R"(","_deleted":true,"n":2)";
  CHECK(named(later + path(2, '"' + second + R"(",")" + first + '"') + "}") == Named::by_content);
  CHECK(named(later + path(2, '"' + second + R"(",")" + second + '"') + "}") == Named::otherwise);
  CHECK(named(later + "}") == Named::unknown);
  CHECK(named(R"({"_id":"x","_rev":"1-)" + first + R"(","_attachments":{},"n":1})") == Named::unknown);
}

TEST_CASE("A path longer than its start is refused") {
  CHECK(refusal(R"({"_id":"x","_rev":"2-b","_revisions":{"start":2,"ids":["b","a","z"]}})") == "bad_revision");
}

TEST_CASE("A path may name one id at two generations") {
  // 1-a and 2-a are two revisions; test suites of other programs write such histories.
  CHECK(refusal(R"({"_id":"x","_rev":"3-b","_revisions":{"start":3,"ids":["b","a","b"]}})") == "none");
}

TEST_CASE("What CouchDB's replicator writes into a document is kept as its own") {
  const std::string text = R"({"_id":"x","_replication_id":"r","_replication_stats":{"n":1},"a":2})";
  json::Reader reader(text);
  const auto document = read_document_text(reader);
  REQUIRE(document.ok());
  CHECK(document->body == R"({"_replication_id":"r","_replication_stats":{"n":1},"a":2})");
  CHECK(refusal(R"({"_id":"x","_replication_other":1})") == "doc_validation");
}

TEST_CASE("10000 ids are taken and 10001 refused") {
  const auto with = [](std::size_t count) {
    return R"({"_id":"x","_rev":"20000-0","_revisions":{"start":20000,"ids":)" + ids(count) + "}}";
  };
  CHECK(refusal(with(10'000)) == "none");
  CHECK(refusal(with(10'001)) == "bad_revision");
}

TEST_CASE("A generation over 2^53 - 1 is refused") {
  CHECK(refusal(R"({"_id":"x","_rev":"9007199254740992-a"})") == "bad_revision");
  CHECK(refusal(R"({"_id":"x","_revisions":{"start":9007199254740992,"ids":["a"]}})") == "bad_revision");
  CHECK(refusal(R"({"_id":"x","_rev":"9007199254740991-a"})") == "none");
}

TEST_CASE("The first id of the path is the revision when _rev is missing") {
  CHECK(read(R"({"_id":"x","_revisions":{"start":2,"ids":["b","a"]}})")->rev == RevisionId{2, "b"});
}

TEST_CASE("A checkpoint may carry the revision that the peer gave it and a stray path") {
  const auto local = read(R"({"_id":"_local/tram-1","_rev":"0-8","_revisions":{"start":0,"ids":["8"]},"seq":5})");
  REQUIRE(local.ok());
  CHECK(local->rev == RevisionId{0, "8"});
  CHECK(local->path.empty());
  CHECK(local->body == R"({"seq":5})");
}

TEST_CASE("Broken JSON and too deep nesting are errors of the reader") {
  for (const std::string& text : {std::string(R"({"_id":"x",)"), std::string(R"({"a":1,"a":2})"),
                                  R"({"a":)" + std::string(64, '[') + std::string(64, ']') + "}"}) {
    json::Reader reader(text);
    CHECK(!read_document_text(reader).ok());
    CHECK(!reader.ok());
  }
  const std::string deep = R"({"a":)" + std::string(63, '[') + std::string(63, ']') + "}";
  CHECK(read(deep)->body == deep);
}

TEST_CASE("A body over 8000000 bytes is too large") {
  const auto with = [](std::size_t bytes) { return R"({"_id":"x","a":")" + std::string(bytes - 8, 'v') + "\"}"; };
  CHECK(read(with(kDocumentBytesMax))->body.size() == kDocumentBytesMax);
  CHECK(refusal(with(kDocumentBytesMax + 1)) == "document_too_large");
}

TEST_CASE("A document that arrives needs its id and its revision") {
  CHECK(to_document(*read(R"({"_rev":"1-a"})")).error().what_name() == "illegal_docid");
  CHECK(to_document(*read(R"({"_id":"x"})")).error().what_name() == "bad_revision");
  CHECK(to_document(*read(R"({"_rev":"0-1"})")).error().what_name() == "illegal_docid");
  const auto document = to_document(*read(R"({"_id":"x","_rev":"4-d","_deleted":true})"));
  REQUIRE(document.ok());
  CHECK(document->path == std::vector<std::string>{"d"});
  CHECK(document->deleted);
}

TEST_CASE("A document is written with its special members first and its body as it is") {
  Document document{"x",  {2, "b"},          {"b", "a"},
                    true, "{ \"n\": 1.50 }", {{"z", "text/plain", std::string(64, 'a'), "md5-q", 3, 2}}};
  std::string out;
  write_document(out, document, {.revisions = true});
  CHECK(out ==
        R"({"_id":"x","_rev":"2-b","_deleted":true,"_revisions":{"start":2,"ids":["b","a"]},"_attachments":{"z":)"
        R"({"content_type":"text/plain","digest":"md5-q","length":3,"revpos":2,"stub":true}}, "n": 1.50 })");
  out.clear();
  write_document(out, document, {.sha256 = true});
  CHECK(out.find(R"("revpos":2,"sha256":")" + std::string(64, 'a') + R"(","stub":true}})") != std::string::npos);
  out.clear();
  write_document(out, {"y", {1, "a"}, {}, false, "{}", {}}, {});
  CHECK(out == R"({"_id":"y","_rev":"1-a"})");
}

TEST_CASE("Attachments come back from their text in order of name") {
  const std::vector<Attachment> attachments = {{"b \"quoted\"", "image/jpeg", "bb", "md5-1", 9, 3},
                                               {"a", "", "aa", "md5-2", 0, 1}};
  const auto parsed = parse_attachments(attachments_text(attachments));
  REQUIRE(parsed.ok());
  CHECK(*parsed == std::vector<Attachment>{attachments[1], attachments[0]});
  CHECK(attachments_text({}).empty());
  CHECK(parse_attachments("")->empty());
  CHECK(!parse_attachments(R"({"a":{"stub":true}})").ok());
}

TEST_CASE("A tombstone tells who closed its branch") {
  CHECK(tombstone_facts(R"({"merged_into":"3-ab"})").merged_into == "3-ab");
  CHECK(!tombstone_facts(R"({"merged_into":"3-ab"})").by_person);
  CHECK(tombstone_facts(R"({"edit":{"by":"lan.ht"}})").by_person);
  CHECK(tombstone_facts(R"({"merged_into":"nonsense"})").merged_into.empty());
  CHECK(tombstone_facts(R"({"merged_into":{"a":1}})").merged_into.empty());
  CHECK(tombstone_facts("{}").merged_into.empty());
}

TEST_CASE("A document read and written again keeps the bytes of its body whatever stands between them") {
  CHECK(rc::check([] {
    const auto parts = *rc::gen::container<std::vector<std::string>>(
        rc::gen::element<std::string>("\"_id\":\"x\"", "\"_rev\":\"1-a\"", "\"_deleted\":true", "\"a\" : 1.0",
                                      "\"b\":\"é \"", "\"c\": [ 1 ]", "\"_local_seq\":1", "\"d\":{\"_x\" : null}"));
    const auto space = *rc::gen::element<std::string>("", " ", "\n ");
    std::string text = "{";
    std::string members;
    std::vector<std::string> seen;
    for (const std::string& part : parts) {
      if (std::find(seen.begin(), seen.end(), part) != seen.end()) continue;
      text += (seen.empty() ? space : space + "," + space) + part;
      seen.push_back(part);
      if (part[1] != '_') members += (members.empty() ? "" : ",") + part;
    }
    const auto first = read(text + space + "}");
    RC_ASSERT(first.ok());
    Document document{"x", {1, "a"}, {"a"}, false, first->body, {}};
    std::string written;
    write_document(written, document, {.revisions = true});
    RC_ASSERT(read(written)->body == first->body);
    RC_ASSERT(json::print(*json::parse(first->body)) == json::print(*json::parse("{" + members + "}")));
    if (space.empty()) RC_ASSERT(first->body == "{" + members + "}");
  }));
}

}  // namespace tram
