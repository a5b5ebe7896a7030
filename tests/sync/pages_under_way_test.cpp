// Pages read ahead, and batches under way, between two stores: what is kept when something breaks.
#include <algorithm>

#include "tests/sync/two_stores.h"

using namespace tram;
using namespace tram::test;

namespace {

void make_more(TwoStores& s) {
  for (int i = 0; i < 40; ++i)
    TwoStores::save(*s.a, "y" + std::to_string(i), "{\"t\":\"" + std::string(3000, 't') + "\"}");
}

// Seventy documents go in pages, several under way, to a far target that does every second one only when it is waited for.
struct UnderWay {
  TwoStores s;
  LocalPeer a{*s.a}, b{*s.b};
  FaultyPeer far_b{b, 1'000'000, false};
  BatchSize size;
  ReplicateOptions options;
  UnderWay(std::size_t rows, std::size_t bytes) : size(bytes), options(s.options(size)) {
    make_more(s);
    far_b.overlaps = true;
    options.start = Checkpoint{};
    options.replication_id = "r";
    options.inline_documents = true;
    options.rows_max = rows;
    options.overlap_from = 1;
  }
};

}  // namespace

TEST_CASE("pages read ahead: cut at every call, no checkpoint is ahead of the data and the next run ends the work") {
  const bool source_fails = GENERATE(true, false);
  const bool after = GENERATE(true, false);
  const bool overlaps = GENERATE(true, false);
  int n = 0;
  for (bool failed = true; failed; ++n) {
    TwoStores s;
    make_more(s);
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
    UnderWay run(10, BatchSize::kLeast);
    FaultyPeer bad_a(run.a, n, false);
    run.options.read_ahead = 1;
    std::size_t kept = 0;
    run.options.keep = [&](std::span<const PageDone> pages) {
      kept += pages.size();
      return Status();
    };
    CHECK_FALSE(replicate(bad_a, run.far_b, run.options).ok());
    CHECK(kept == static_cast<std::size_t>(n));
  }
}

TEST_CASE("a page of which nothing is to be sent is kept behind those before it, that are still under way") {
  UnderWay run(10, BatchSize::kMostOnFastLine);
  FaultyPeer source(run.a, 1'000'000, false);
  source.empty_page = GENERATE(1, 2);
  std::vector<Sequence> kept;
  run.options.keep = [&](std::span<const PageDone> pages) {
    for (const PageDone& page : pages) kept.push_back(page.checkpoint.source_last_seq);
    return Status();
  };
  must(replicate(source, run.far_b, run.options));
  CHECK(kept.size() == 7);
  CHECK(kept == source.ends);
}

TEST_CASE("answers of a quick province are kept several at once, those of a slow one when the next batch has gone") {
  const bool is_slow = GENERATE(false, true);
  UnderWay run(5, BatchSize::kMostOnFastLine);  // fourteen pages
  FaultyPeer source(run.a, 1'000'000, false);
  run.far_b.when_writing = [&] { run.s.clock.advance(is_slow ? 400 : 0); };
  std::vector<std::size_t> together;
  std::vector<Sequence> kept;
  run.options.keep = [&](std::span<const PageDone> pages) {
    together.push_back(pages.size());
    for (const PageDone& page : pages) kept.push_back(page.checkpoint.source_last_seq);
    return Status();
  };
  must(replicate(source, run.far_b, run.options));
  CHECK(kept == source.ends);
  CHECK((is_slow ? together.size() >= 6 : together.size() <= 4));
  CHECK(*std::max_element(together.begin(), together.end()) <= 6);
}

TEST_CASE("what a full disk does not let the near end keep of some pages it keeps of none behind them") {
  UnderWay run(5, BatchSize::kMostOnFastLine);  // fourteen pages
  int asked = 0;
  run.options.keep = [&](std::span<const PageDone> pages) {
    CHECK(pages.size() == 4);
    return ++asked == 1 ? Status(error(ErrorCode::disk_full, "full")) : Status();
  };
  const auto done = replicate(run.a, run.far_b, run.options);
  REQUIRE_FALSE(done.ok());
  CHECK(done.error().code == ErrorCode::disk_full);
  CHECK(asked == 1);
  CHECK(run.s.b->sequence() == 30);  // four pages had been answered, two of those under way were done
}
