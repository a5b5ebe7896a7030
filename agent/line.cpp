#include "agent/line.h"

#include "core/base/thread.h"
#include "install_paths.h"

namespace tram::agent {

namespace {

constexpr std::int64_t kLookAgainMs = 60'000;  // whether a spent budget has a new day

std::uint64_t carried_by(const http::Client& client) {
  const http::Traffic traffic = client.traffic();
  return traffic.bytes_sent + traffic.bytes_received;
}

}  // namespace

Result<LineParts> connect(Office& office, LineBudget* budget) {
  const Enrolment& enrolment = office.enrolment();
  http::ClientOptions options;
  options.base_url = enrolment.server;
  options.ca_file = enrolment.ca_file;
  options.pinned_keys = enrolment.pinned_keys;
  options.proxy = enrolment.proxy;
  options.user_agent = "tram-agent/" + std::string(kVersion);
  LineParts parts;
  ASSIGN_OR_RETURN(parts.client, http::make_curl_client(options));
  SyncerOptions sync;
  sync.database = enrolment.database();
  sync.credential.token = enrolment.token;
  sync.credential.user = enrolment.office;
  sync.read_ahead = true;
  sync.overlap_from = BatchSize::kMost;
  if (budget != nullptr) {
    sync.may_go_on = [budget, client = parts.client.get()] { return !budget->is_spent(carried_by(*client)); };
  }
  parts.syncer = std::make_unique<Syncer>(office.own(), office.reference_store(), *parts.client, office.clock(),
                                          office.random(), std::move(sync));
  return parts;
}

LiveLine::LiveLine(LineParts parts, LineBudget& budget, Clock& clock)
    : parts_(std::move(parts)), budget_(budget), clock_(clock) {}

Status LiveLine::start() {
  ASSIGN_OR_RETURN(thread_, start_thread([this] { work(); }));
  return {};
}

LiveLine::~LiveLine() { stop(); }

void LiveLine::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    pause_.request_stop();
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Result<Round> LiveLine::round() {
  std::unique_lock lock(mutex_);
  const std::uint64_t wanted = ++asked_;
  if (!stepping_) pause_.request_stop();
  changed_.wait(lock, [&] { return stopping_ || done_ >= wanted; });
  if (done_ < wanted) return error(ErrorCode::cancelled, "the program is stopping");
  return last_;
}

std::uint64_t LiveLine::carried() const { return carried_by(*parts_.client); }

Status LiveLine::set_day_limit(std::uint64_t bytes) {
  RETURN_IF_ERROR(budget_.set_day_limit(bytes));
  const std::scoped_lock lock(mutex_);
  if (!stepping_) pause_.request_stop();  // what waits for another day looks again
  return {};
}

void LiveLine::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const std::uint64_t wanted = asked_;
    pause_ = std::stop_source();
    const std::stop_token stop = pause_.get_token();
    if (wanted == done_) {
      lock.unlock();
      if (budget_.is_spent(carried())) {
        (void)clock_.sleep_ms(kLookAgainMs, stop);
      } else {
        parts_.syncer->run(stop);
      }
      lock.lock();
      continue;
    }
    stepping_ = true;
    lock.unlock();
    Round round = parts_.syncer->step(stop);
    lock.lock();
    stepping_ = false;
    if (stopping_) break;
    last_ = std::move(round);
    done_ = wanted;
    changed_.notify_all();
  }
  changed_.notify_all();
}

}  // namespace tram::agent
