#include "sync/syncer.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "sync/backoff.h"
#include "sync/round_runner.h"

namespace tram {
namespace {

constexpr std::int64_t kDayMs = 24 * 3'600'000;
constexpr std::int64_t kPollMs = 600'000;  // toward a server without our long poll over two databases

// Wakes the sync thread for as long as there is one: a store cannot forget its callbacks.
struct Waker {
  std::mutex mutex;
  http::Client* client = nullptr;

  void wake() {
    const std::scoped_lock lock(mutex);
    if (client) client->wakeup();
  }
};

}  // namespace

struct Syncer::Impl {
  Impl(Store& own_store, Store& reference, http::Client& http_client, Clock& clock_, Random& random_,
       SyncerOptions options_)
      : own(own_store),
        client(http_client),
        clock(clock_),
        random(random_),
        options(std::move(options_)),
        runner(own_store, reference, http_client, clock_, random_, options, sent_until),
        backoff(options.pause_max_ms) {}

  Round round(Wishes wishes, const std::stop_token& stop);
  enum class Cut { never, by_wish, by_any };  // what may end a pause before its time; any: also something saved
  void pause(std::int64_t ms, Cut cut, const std::stop_token& stop);
  void wait_for_news(Wishes& wishes, const std::stop_token& stop);
  bool has_wishes() const { return offer_refused || accept_server || woken; }

  Store& own;
  http::Client& client;
  Clock& clock;
  Random& random;
  const SyncerOptions options;
  std::atomic<std::uint64_t> sent_until{0};
  std::atomic<bool> offer_refused{false}, accept_server{false}, woken{false};
  RoundRunner runner;
  Backoff backoff;
  std::unique_ptr<http::Pending> feed;
  std::uint64_t pushed_through = 0;  // what was saved later is to be pushed
  std::int64_t session_began_ms = 0;
  std::shared_ptr<Waker> waker = std::make_shared<Waker>();

  std::mutex mutex;  // guards what follows
  bool is_syncing = false;
  std::optional<Memory> last;  // after the latest round of this process
};

Round Syncer::Impl::round(Wishes wishes, const std::stop_token& stop) {
  wishes.offer_refused = offer_refused.exchange(false);
  wishes.accept_server = accept_server.exchange(false);
  if (woken.exchange(false)) wishes.ask_for_news = true;
  {
    const std::scoped_lock lock(mutex);
    is_syncing = true;
  }
  if (clock.steady_ms() - session_began_ms > kDayMs) {
    runner.end_session();
    session_began_ms = clock.steady_ms();
  }
  pushed_through = own.sequence();
  const Round done = runner.run(wishes, stop);
  if (done.error) runner.end_session();
  const std::scoped_lock lock(mutex);
  is_syncing = false;
  last = runner.memory();
  return done;
}

void Syncer::Impl::pause(std::int64_t ms, Cut cut, const std::stop_token& stop) {
  const std::int64_t until = clock.steady_ms() + ms;
  while (!stop.stop_requested()) {
    if (cut != Cut::never && has_wishes()) return;
    if (cut == Cut::by_any && own.sequence() != pushed_through) return;
    const std::int64_t left = until - clock.steady_ms();
    if (left <= 0) return;
    client.wait(left);
  }
}

// Returns when something is to be pushed, or the province has news, or the day is over. The feed goes on while a push
// is made beside it.
void Syncer::Impl::wait_for_news(Wishes& wishes, const std::stop_token& stop) {
  wishes = {.ask_for_news = false};
  if (!feed) feed = runner.start_news();
  const std::int64_t patience = runner.memory().own_kind ? kDayMs : kPollMs;
  const std::int64_t until = clock.steady_ms() + patience;
  while (!stop.stop_requested() && !has_wishes() && own.sequence() == pushed_through) {
    if (feed && feed->done()) {
      auto asked = runner.finish_news(*feed);
      feed.reset();
      wishes = asked ? *asked : Wishes{};  // if the feed broke, the round says how
      return;
    }
    const std::int64_t left = until - clock.steady_ms();
    if (left <= 0) {
      wishes.ask_for_news = true;
      return;
    }
    client.wait(left);
  }
}

Syncer::Syncer(Store& own, Store& reference, http::Client& client, Clock& clock, Random& random, SyncerOptions options)
    : impl_(std::make_unique<Impl>(own, reference, client, clock, random, std::move(options))) {
  impl_->waker->client = &client;
  own.on_change([waker = impl_->waker] { waker->wake(); });
}

Syncer::~Syncer() {
  const std::scoped_lock lock(impl_->waker->mutex);
  impl_->waker->client = nullptr;
}

Round Syncer::step(const std::stop_token& stop) {
  Round done = impl_->round({}, stop);
  const Status kept = impl_->runner.flush();
  if (!kept && !done.error) done.error = kept.error();
  return done;
}

void Syncer::run(const std::stop_token& stop) {
  Impl& me = *impl_;
  const std::stop_callback on_stop(stop, [waker = me.waker] { waker->wake(); });
  Wishes wishes;
  using Cut = Impl::Cut;
  while (!stop.stop_requested() && (!me.options.may_go_on || me.options.may_go_on())) {
    const Round done = me.round(wishes, stop);
    if (done.error) {
      me.feed.reset();
      const bool was_told = done.error->retry_after_ms > 0;
      me.pause(me.backoff.next_ms(*done.error, me.random), was_told ? Cut::never : Cut::by_wish, stop);
      wishes = {};
      continue;
    }
    // A feed that speaks of news where there are none must not make us ask without end.
    const bool false_news = (wishes.pull_own || wishes.pull_reference) && done.received == 0;
    if (false_news) {
      me.pause(me.backoff.next_ms(error(ErrorCode::offline, "no news"), me.random), Cut::by_any, stop);
    } else {
      me.backoff.succeeded();
    }
    me.wait_for_news(wishes, stop);
  }
  me.feed.reset();
  static_cast<void>(me.runner.flush());  // what could not be kept is only told anew
}

SyncStatus Syncer::status() {
  SyncStatus status;
  if (auto counted = read_status(impl_->own)) {
    status = *std::move(counted);
  } else {
    status.state = SyncState::error;
    status.last_error = {std::string(counted.error().what_name()), counted.error().message, counted.error().message_vi};
    return status;
  }
  const http::Traffic traffic = impl_->client.traffic();
  status.link = {traffic.bytes_sent, traffic.bytes_received, traffic.requests};
  const std::scoped_lock lock(impl_->mutex);
  if (impl_->last) {
    status.state = impl_->last->state;
    status.last_contact = impl_->last->last_contact;
    status.last_error = impl_->last->last_error;
  }
  if (impl_->is_syncing) status.state = SyncState::syncing;
  return status;
}

std::uint64_t Syncer::sent_until() const { return impl_->sent_until; }

void Syncer::wake() {
  impl_->woken = true;
  impl_->waker->wake();
}

void Syncer::retry_refused() {
  impl_->offer_refused = true;
  impl_->waker->wake();
}

void Syncer::accept_server() {
  impl_->accept_server = true;
  impl_->waker->wake();
}

}  // namespace tram
