#include "tests/bench/store_runs.h"

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

double save_bulk(Store& store, const Reports& reports) {
  std::vector<std::string> bodies;
  bodies.reserve(static_cast<std::size_t>(reports.count));
  for (int n = 0; n < reports.count; ++n) bodies.push_back(report_body(reports.first + n, 0, reports.office));
  const Stopwatch time;
  for (int n = 0; n < reports.count; n += kBatch) {
    const Status status = store.write([&](Transaction& transaction) -> Status {
      for (int i = n; i < n + kBatch; ++i) {
        RETURN_IF_ERROR(transaction.save(report_id(reports.first + i), {}, false, bodies[static_cast<std::size_t>(i)]));
      }
      return {};
    });
    CHECK(status.ok());
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
