#include "tests/bench/store_runs.h"

#include <algorithm>
#include <span>

#include "tests/bench/report.h"
#include "tests/bench/stopwatch.h"

namespace tram::bench {

std::unique_ptr<Store> Tools::store(const std::string& path) {
  StoreOptions options;
  options.clock = &clock;
  options.random = &random;
  options.record_writes = true;
  options.live_leaves_max = 100;
  auto store = Store::open(path, options);
  CHECK(store.ok());
  return std::move(*store);
}

double save_bulk(Store& store, const NamedOffice& office, int count) {
  const std::vector<NamedBody> reports = report_bodies(count, office);
  const Stopwatch time;
  for (std::span<const NamedBody> left(reports); !left.empty();) {
    const auto batch = left.first(std::min<std::size_t>(kBatch, left.size()));
    const Status status = store.write([&](Transaction& transaction) -> Status {
      for (const auto& [id, body] : batch) RETURN_IF_ERROR(transaction.save(id, {}, false, body));
      return {};
    });
    CHECK(status.ok());
    left = left.subspan(batch.size());
  }
  return time.seconds();
}

void save_one(Store& store, int n, int edition) { save_one(store, report_id(n), report_body(n, edition)); }

void save_one(Store& store, const std::string& id, const std::string& body) {
  const Status status = store.write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto record, transaction.find(id));
    CHECK(record.has_value());
    RETURN_IF_ERROR(transaction.save(id, record->tree.at(record->tree.winner()).rev, false, body));
    return {};
  });
  CHECK(status.ok());
}

}  // namespace tram::bench
