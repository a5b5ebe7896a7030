// F11: one writer a store. Clerks save at once for a length of time while others read. Ten minutes by hand:
// build/release/bin/storage_test "[long]"
#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include "core/base/json.h"
#include "core/base/system.h"
#include "storage/store.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"
#include "tests/support/fakes.h"
#include "tests/support/temp_folder.h"

namespace tram {
namespace {

using test::must;

constexpr int kClerks = 6, kReaders = 3, kReportsEach = 5;

std::string report_id(int clerk, int n) { return "report:" + std::to_string(clerk) + "-" + std::to_string(n); }
std::string copy_of(int clerk) { return "newest:" + std::to_string(clerk); }

Result<std::int64_t> number_in(Snapshot& snapshot, const std::string& id) {
  ASSIGN_OR_RETURN(const auto document, snapshot.winner(id));
  if (!document) return 0;
  ASSIGN_OR_RETURN(const json::Value body, json::parse_object(document->body));
  return json::integer_at(body, "n").value_or(-1);
}

// Two documents in one transaction: a reader sees both changed or neither.
Status save(Store& store, int clerk, std::int64_t n) {
  return store.write([&](Transaction& transaction) -> Status {
    for (const std::string& id : {report_id(clerk, static_cast<int>(n) % kReportsEach), copy_of(clerk)}) {
      ASSIGN_OR_RETURN(const auto held, transaction.winner(id));
      RETURN_IF_ERROR(transaction.save(id, held ? held->rev : RevisionId{}, false,
                                       json::print({{"n", n}, {"remark", std::string(n % 700, 'x')}})));
    }
    return {};
  });
}

void work_for(std::int64_t seconds) {
  test::TempFolder folder;
  test::ManualClock clock;
  test::SeededRandom random{11};
  StoreOptions options;
  options.clock = &clock;
  options.random = &random;
  options.readers = 2;
  auto store = must(Store::open(folder.file("office.db"), options));
  SystemClock watch;
  const std::int64_t end_ms = watch.steady_ms() + seconds * 1000;
  std::array<std::atomic<std::int64_t>, kClerks> saved{};
  std::atomic<std::int64_t> failed = 0, half = 0, back = 0, looks = 0;
  {
    std::vector<std::jthread> people;
    for (int clerk = 0; clerk < kClerks; ++clerk) {
      people.emplace_back([&, clerk] {
        for (std::int64_t n = 1; watch.steady_ms() < end_ms; ++n) {
          if (save(*store, clerk, n)) {
            saved[static_cast<std::size_t>(clerk)] = n;
          } else {
            ++failed;
          }
        }
      });
    }
    for (int reader = 0; reader < kReaders; ++reader) {
      people.emplace_back([&, reader] {
        std::uint64_t sequence = 0;
        for (int clerk = reader; watch.steady_ms() < end_ms; clerk = (clerk + 1) % kClerks) {
          const std::int64_t told = saved[static_cast<std::size_t>(clerk)];
          const Status read = store->read([&](Snapshot& snapshot) -> Status {
            ASSIGN_OR_RETURN(const std::uint64_t now, snapshot.sequence());
            ASSIGN_OR_RETURN(const std::int64_t newest, number_in(snapshot, copy_of(clerk)));
            std::int64_t of_reports = 0;
            for (int n = 0; n < kReportsEach; ++n) {
              ASSIGN_OR_RETURN(const std::int64_t one, number_in(snapshot, report_id(clerk, n)));
              of_reports = std::max(of_reports, one);
            }
            if (newest != of_reports) ++half;
            if (newest < told || now < sequence) ++back;  // what was told as saved before the look began is in it
            sequence = now;
            ++looks;
            return {};
          });
          if (!read) ++failed;
        }
      });
    }
  }
  CHECK(failed == 0);
  CHECK(half == 0);
  CHECK(back == 0);
  CHECK(looks > 0);
  store.reset();
  store = must(Store::open(folder.file("office.db"), options));
  std::uint64_t commits = 0;
  for (int clerk = 0; clerk < kClerks; ++clerk) {
    const std::int64_t told = saved[static_cast<std::size_t>(clerk)];
    CHECK(told > 0);
    commits += static_cast<std::uint64_t>(told);
    must(store->read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(const std::int64_t newest, number_in(snapshot, copy_of(clerk)));
      CHECK(newest == told);
      return {};
    }));
  }
  CHECK(store->sequence() == 2 * commits);
  CHECK(must(store->verify()).findings.empty());
}

}  // namespace

TEST_CASE("F11: clerks who save at once lose nothing, and readers see whole commits in their order") { work_for(2); }

TEST_CASE("F11: clerks save at once for ten minutes", "[.][long]") { work_for(600); }

}  // namespace tram
