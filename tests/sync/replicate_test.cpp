// The loop between two peers, without any HTTP.
#include "sync/replicate.h"

#include <map>
#include <stop_token>

#include "sync/backoff.h"
#include "sync/office_peer.h"
#include "sync/wire.h"
#include "tests/sync/two_stores.h"

using namespace tram;
using namespace tram::test;

TEST_CASE("a run between two stores carries everything and the next run has nothing to do") {
  TwoStores s;
  LocalPeer a(*s.a), b(*s.b);
  BatchSize size;
  const Summary first = must(replicate(a, b, s.options(size)));
  CHECK(first.documents == 30);
  CHECK(must(replicate(a, b, s.options(size))).documents == 0);
  TwoStores::save(*s.a, "x3", R"({"n":33})");
  CHECK(must(replicate(a, b, s.options(size))).documents == 1);
  CHECK(s.b->sequence() == 31);
}

TEST_CASE("cut at every call of either peer: no checkpoint is ahead of the data and the next run ends the work") {
  const bool source_fails = GENERATE(true, false);
  const bool after = GENERATE(true, false);
  const bool inlined = GENERATE(true, false);
  int n = 0;
  for (bool failed = true; failed; ++n) {
    TwoStores s;
    LocalPeer a(*s.a), b(*s.b);
    const std::string id = replication_id(must(a.id()), must(b.id()));
    FaultyPeer bad_a(a, source_fails ? n : 1'000'000, after), bad_b(b, source_fails ? 1'000'000 : n, after);
    BatchSize size;
    ReplicateOptions options = s.options(size);
    options.inline_documents = inlined;
    failed = !replicate(bad_a, bad_b, options).ok();
    check_promise(*s.a, *s.b, id);
    TwoStores::save(*s.a, "x5", R"({"n":55})");
    must(replicate(a, b, options));
    check_promise(*s.a, *s.b, id);
    CHECK(s.b->sequence() >= 30);
    CHECK(must(replicate(a, b, options)).documents == 0);
  }
  CHECK(n > 3);
}

TEST_CASE("a source that gives the same page again and again is left when the program stops") {
  const std::size_t ahead = GENERATE(0, 1, 2);
  TwoStores s;
  for (int i = 0; i < 40; ++i)
    TwoStores::save(*s.a, "y" + std::to_string(i), "{\"t\":\"" + std::string(3000, 't') + "\"}");
  LocalPeer a(*s.a), b(*s.b);
  FaultyPeer odd(a, 1'000'000, false);
  odd.stands_still = true;
  BatchSize size(BatchSize::kLeast);
  std::stop_source stop;
  ReplicateOptions options = s.options(size);
  options.start = Checkpoint{};
  options.replication_id = "r";
  options.inline_documents = true;
  options.rows_max = 10;
  options.read_ahead = ahead;
  options.stop = stop.get_token();
  int kept = 0;
  options.keep = [&](std::span<const PageDone>) {
    if (++kept == 5) stop.request_stop();
    return Status();
  };
  const auto run = replicate(odd, b, options);
  REQUIRE_FALSE(run.ok());
  CHECK(run.error().code == ErrorCode::cancelled);
}

TEST_CASE("a branch behind which its document changed again goes over, however often the run breaks off") {
  TwoStores s;
  const std::string text(4000, 'a');
  const auto branch = [&](const char* body) {
    must(s.a->write([&](Transaction& transaction) -> Status {
      const RevisionId root = must(transaction.find("x3"))->tree.at(0).rev;
      Document document;
      document.id = "x3";
      document.body = body;
      document.rev = {root.generation + 1, make_sig(root, false, {}, body)};
      document.path = {document.rev.sig, root.sig};
      return transaction.put_own(std::vector{document});
    }));
  };
  const auto make_many = [&](const std::string& prefix) {
    for (int i = 0; i < 20; ++i) TwoStores::save(*s.a, prefix + std::to_string(i), R"({"t":")" + text + "\"}");
  };
  branch(R"({"n":31})");
  branch(R"({"n":32})");
  make_many("y");
  branch(R"({"n":33})");
  make_many("z");
  TwoStores::save(*s.a, "x3", R"({"n":34})");
  LocalPeer from(*s.a), to(*s.b);
  OfficePeer office(*s.a, s.clock, "office-a");
  office.offer_only_own(true, true);
  for (const bool push : {false, true}) {
    s.b = must(Store::open(s.folder.file(push ? "push.db" : "pull.db"), s.store_options()));
    LocalPeer target(*s.b);
    Peer& source = push ? static_cast<Peer&>(office) : from;
    for (int n = 1;; ++n) {
      FaultyPeer broken(target, n % 4 + 3, n % 2 == 0);
      BatchSize size(BatchSize::kLeast);
      ReplicateOptions options = s.options(size);
      options.inline_documents = true;
      options.replication_id = "r";
      if (replicate(source, broken, options).ok()) break;
      REQUIRE(n < 100);
    }
    const auto leaves = [](Store& store) {
      std::size_t count = 0;
      must(store.read([&](Snapshot& snapshot) -> Status {
        count = must(snapshot.find("x3"))->tree.leaves().size();
        return {};
      }));
      return count;
    };
    CHECK(leaves(*s.b) == 3);
  }
}

TEST_CASE("a branch that waits for its attachments is not forgotten when another branch of its document comes") {
  TwoStores s;
  OfficePeer office(*s.b, s.clock, "office-a");
  const auto arrives = [&](const std::string& body, std::vector<Attachment> attachments) {
    Document document;
    document.id = "note:1";
    document.body = body;
    document.rev = {1, make_sig({}, false, attachments, body)};
    document.path = {document.rev.sig};
    document.attachments = std::move(attachments);
    must(office.write(std::vector{document}, {}));
    return document.rev;
  };
  const Attachment scan{"scan", "text/plain", std::string(64, 'a'), "md5-1B2M2Y8AsgTpgAmY7PhCfg==", 7, 1};
  const RevisionId waiting = arrives(R"({"n":1})", {scan});
  arrives(R"({"n":2})", {});
  const RevisionSet wanted = must(office.awaiting_pull());
  REQUIRE(wanted.size() == 1);
  CHECK(wanted[0].second == std::vector{waiting});
}

TEST_CASE("a report edited while its last edition is on its way goes out with all that the province may lack") {
  TwoStores s;
  const auto edit = [&](const char* body) {
    TwoStores::save(*s.a, "x1", body);
    return "\"" + s.a->update_seq() + "\"";
  };
  const Sequence held = edit(R"({"n":2})");
  const Sequence on_its_way = edit(R"({"n":3})");
  edit(R"({"n":4})");
  OfficePeer office(*s.a, s.clock, "office-a");
  office.offer_only_own(true, true);
  PageOptions options;
  CHECK(must(office.changes(on_its_way, options)).rows.at(0).documents.at(0).path.size() == 2);
  options.held = held;
  CHECK(must(office.changes(on_its_way, options)).rows.at(0).documents.at(0).path.size() == 3);
}

TEST_CASE("checkpoints agree on the newest session that both ends know") {
  const auto made = [](std::vector<std::pair<std::string, std::string>> sessions) {
    Checkpoint checkpoint;
    for (auto session = sessions.rbegin(); session != sessions.rend(); ++session) {
      advance(checkpoint, session->first, session->second);
    }
    return std::optional(checkpoint);
  };
  const auto newest = made({{"s3", "30"}, {"s2", "20"}, {"s1", "10"}});
  CHECK(compare(newest, newest)->target == "30");
  CHECK(compare(newest, made({{"s3", "25"}, {"s2", "20"}}))->target == "25");
  CHECK(compare(newest, made({{"s9", "90"}, {"s2", "18"}}))->target == "18");
  CHECK(compare(newest, made({{"s9", "90"}, {"s2", "18"}}))->source == "20");
  CHECK_FALSE(compare(newest, made({{"s9", "90"}})));
  CHECK_FALSE(compare(newest, std::nullopt));
  CHECK_FALSE(compare(std::nullopt, newest));
}

TEST_CASE("a checkpoint keeps the last ten sessions and reads back as it was written") {
  Checkpoint checkpoint;
  for (int i = 0; i < 12; ++i) {
    advance(checkpoint, "session" + std::to_string(i), "\"" + std::to_string(i) + "-abc\"");
  }
  advance(checkpoint, "session11", "\"99-abc\"");
  const auto read = wire::read_checkpoint(wire::write_checkpoint(checkpoint));
  REQUIRE(read);
  CHECK(read->history.size() == 10);
  CHECK(read->source_last_seq == "\"99-abc\"");
  CHECK(read->history.front().recorded_seq == "\"99-abc\"");
  CHECK(read->history.back().session_id == "session2");
}

TEST_CASE("batches grow on a quick line, shrink on a bad one and stay below what was refused") {
  BatchSize size;
  for (int i = 0; i < 20; ++i) size.succeeded(size.bytes(), 3'000);
  CHECK(size.bytes() == BatchSize::kMost);
  for (int i = 0; i < 20; ++i) size.succeeded(size.bytes(), 100);
  CHECK(size.bytes() == BatchSize::kMostOnFastLine);
  for (int i = 0; i < 20; ++i) size.cut();
  CHECK(size.bytes() == BatchSize::kLeast);
  size.refused(100'000);
  for (int i = 0; i < 20; ++i) size.succeeded(size.bytes(), 100);
  CHECK(size.bytes() == 50'000);
}

TEST_CASE("F16, F17: pauses grow to ten minutes at most and never cut short what the province asked for") {
  SeededRandom random(5);
  Backoff backoff;
  const Error cut = error(ErrorCode::offline, "cut");
  for (int k = 0; k < 40; ++k) {
    const auto most = std::min<std::int64_t>(600'000, std::int64_t{2'000} << std::min(k, 20));
    const auto pause = backoff.next_ms(cut, random);
    CHECK(pause >= 0);
    CHECK(pause < most);
  }
  Error busy = error(ErrorCode::busy, "later");
  busy.retry_after_ms = 1'000'000;
  for (int k = 0; k < 20; ++k) {
    const auto pause = backoff.next_ms(busy, random);
    CHECK(pause >= 1'000'000);
    CHECK(pause <= 1'100'000);
  }
  backoff.succeeded();
  CHECK(backoff.next_ms(cut, random) < 2'000);
  CHECK(backoff.next_ms(error(ErrorCode::captive_portal, "portal"), random) >= 300'000);
}

TEST_CASE("F17: Retry-After is read as seconds and as a date under a wrong clock and is an hour at most") {
  http::Response response{503, {}, ""};
  CHECK(retry_after_ms(response) == 0);
  response.headers.set("Retry-After", "120");
  CHECK(retry_after_ms(response) == 120'000);
  response.headers.set("Retry-After", "999999");
  CHECK(retry_after_ms(response) == 3'600'000);
  response.headers.set("Retry-After", "Sun, 06 Nov 1994 08:51:37 GMT");
  CHECK(retry_after_ms(response) == 0);
  response.headers.set("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(retry_after_ms(response) == 120'000);
}

TEST_CASE("update sequences of a header are read whatever the databases are called") {
  const SeqMap seqs = parse_seqs("office-vn-04-049=418-9f3c0a1b, reference=0,a=b=1-x");
  CHECK(seqs.size() == 3);
  CHECK(seqs.at("office-vn-04-049") == "418-9f3c0a1b");
  CHECK(seqs.at("a=b") == "1-x");
  CHECK(parse_seqs("").empty());
}
