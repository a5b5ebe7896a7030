// Pages read ahead, and batches under way, between two stores: what is kept when something breaks.
#include "tests/sync/two_stores.h"

using namespace tram;
using namespace tram::test;

TEST_CASE("pages read ahead: cut at every call, no checkpoint is ahead of the data and the next run ends the work") {
  const bool source_fails = GENERATE(true, false);
  const bool after = GENERATE(true, false);
  const bool overlaps = GENERATE(true, false);
  int n = 0;
  for (bool failed = true; failed; ++n) {
    TwoStores s;
    for (int i = 0; i < 40; ++i)
      TwoStores::save(*s.a, "y" + std::to_string(i), "{\"t\":\"" + std::string(3000, 't') + "\"}");
    LocalPeer a(*s.a), b(*s.b);
    const std::string id = replication_id(must(a.id()), must(b.id()));
    FaultyPeer bad_a(a, source_fails ? n : 1'000'000, after), bad_b(b, source_fails ? 1'000'000 : n, after);
    BatchSize size(BatchSize::kLeast);
    ReplicateOptions options = s.options(size);
    options.inline_documents = true;
    options.rows_max = 10;  // so many pages there are, however quickly batches grow
    options.read_ahead = 2;
    options.overlap_from = 1;
    bad_b.overlaps = overlaps;
    failed = !replicate(bad_a, bad_b, options).ok();
    check_promise(*s.a, *s.b, id);
    must(replicate(a, b, options));
    check_promise(*s.a, *s.b, id);
    CHECK(s.b->sequence() == 70);
  }
  CHECK(n > 5);
}

TEST_CASE("pages that the target takes are kept though the source cannot give the next one") {
  for (const int n : {2, 3}) {
    TwoStores s;
    for (int i = 0; i < 40; ++i)
      TwoStores::save(*s.a, "y" + std::to_string(i), "{\"t\":\"" + std::string(3000, 't') + "\"}");
    LocalPeer a(*s.a), b(*s.b);
    FaultyPeer bad_a(a, n, false), far_b(b, 1'000'000, false);
    far_b.overlaps = true;
    BatchSize size(BatchSize::kLeast);
    ReplicateOptions options = s.options(size);
    options.start = Checkpoint{};
    options.replication_id = "r";
    options.inline_documents = true;
    options.rows_max = 10;
    options.read_ahead = 1;
    options.overlap_from = 1;
    int kept = 0;
    options.keep = [&](const PageDone&) {
      ++kept;
      return Status();
    };
    CHECK_FALSE(replicate(bad_a, far_b, options).ok());
    CHECK(kept == n);
  }
}

TEST_CASE("a page of which nothing is to be sent is kept behind those before it, that are still under way") {
  const int empty = GENERATE(1, 2);
  TwoStores s;
  for (int i = 0; i < 40; ++i)
    TwoStores::save(*s.a, "y" + std::to_string(i), "{\"t\":\"" + std::string(3000, 't') + "\"}");
  LocalPeer a(*s.a), b(*s.b);
  FaultyPeer source(a, 1'000'000, false), far_b(b, 1'000'000, false);
  source.empty_page = empty;
  far_b.overlaps = true;
  BatchSize size(BatchSize::kMostOnFastLine);
  ReplicateOptions options = s.options(size);
  options.start = Checkpoint{};
  options.replication_id = "r";
  options.inline_documents = true;
  options.rows_max = 10;
  options.overlap_from = 1;
  std::vector<Sequence> kept;
  options.keep = [&](const PageDone& page) {
    kept.push_back(page.checkpoint.source_last_seq);
    return Status();
  };
  must(replicate(source, far_b, options));
  CHECK(kept.size() == 7);
  CHECK(kept == source.ends);
}

TEST_CASE("what a full disk does not let the near end keep of one page it keeps of none behind it") {
  TwoStores s;
  for (int i = 0; i < 40; ++i)
    TwoStores::save(*s.a, "y" + std::to_string(i), "{\"t\":\"" + std::string(3000, 't') + "\"}");
  LocalPeer a(*s.a), b(*s.b);
  FaultyPeer far_b(b, 1'000'000, false);
  far_b.overlaps = true;
  BatchSize size(BatchSize::kMostOnFastLine);
  ReplicateOptions options = s.options(size);
  options.start = Checkpoint{};
  options.replication_id = "r";
  options.inline_documents = true;
  options.rows_max = 20;  // four pages
  options.overlap_from = 1;
  int asked = 0;
  options.keep = [&](const PageDone&) { return ++asked == 1 ? Status(error(ErrorCode::disk_full, "full")) : Status(); };
  const auto run = replicate(a, far_b, options);
  REQUIRE_FALSE(run.ok());
  CHECK(run.error().code == ErrorCode::disk_full);
  CHECK(asked == 1);
  CHECK(s.b->sequence() == 60);  // three pages had been answered
}
