#include "http/session.h"

namespace tram::http {
namespace {

constexpr std::int64_t kLingerMs = 2'000;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// Assigning an empty value would keep the memory.
template <typename T>
void give_back(T& container) {
  T().swap(container);
}

}  // namespace

Shared::Shared(ServerOptions given, Handler given_handler, std::shared_ptr<TlsIdentity> given_identity)
    : options(std::move(given)),
      handler(std::move(given_handler)),
      identity(std::move(given_identity)),
      rules{options, handler, options.clock != nullptr ? *options.clock : system_clock},
      workers(options.queue_max) {
  bodies.size_max = options.bodies_max;
  spools.size_max = options.spools_max;
}

Session::Session(std::shared_ptr<Shared> shared, int socket, std::string remote_address)
    : shared_(std::move(shared)),
      remote_address_(std::move(remote_address)),
      connection_(shared_->io, socket, !remote_address_.empty(),
                  remote_address_.empty() ? nullptr : shared_->identity.get()) {}

void Session::start() {
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->sessions.insert(this);
  }
  arm(shared_->options.header_timeout_ms);
  watch_input();
}

void Session::enter(State state) {
  if (state_ == State::waiting) --shared_->waiting;
  if (state == State::waiting) ++shared_->waiting;
  state_ = state;
}

void Session::arm(std::int64_t ms) {
  connection_.after(ms, [self = shared_from_this()] { self->on_timer(); });
}

void Session::on_timer() {
  switch (state_) {
    case State::head: return refuse(error_response(408, "timeout", "The request came too slowly"));
    case State::body: {
      const std::size_t size = reader_->body_size();
      const auto need =
          shared_->options.body_rate_min * static_cast<std::size_t>(shared_->options.body_window_ms) / 1000;
      if (size - window_begin_ < need) return refuse(error_response(408, "timeout", "The body came too slowly"));
      window_begin_ = size;
      return arm(shared_->options.body_window_ms);
    }
    case State::waiting: return wake(wait_number_);
    case State::running:
    case State::closed: return;
    case State::idle:
    case State::writing:
    case State::lingering: return close();
  }
}

void Session::watch_input() {
  connection_.when_readable([self = shared_from_this()] { self->on_input(); });
}

void Session::on_input() {
  switch (state_) {
    case State::idle:
    case State::head:
    case State::body: {
      std::size_t size = 0;
      const auto outcome = connection_.read(shared_->scratch, size);
      if (outcome == Connection::Outcome::later) return watch_input();
      if (outcome == Connection::Outcome::gone) return close();
      input_.append(shared_->scratch.data(), size);
      return read_more();
    }
    case State::waiting: return look_for_hang_up();
    case State::lingering: return eat();
    case State::running:
    case State::writing:
    case State::closed: return;
  }
}

void Session::look_for_hang_up() {
  const auto outcome = connection_.peek();
  if (outcome == Connection::Outcome::later) return watch_input();
  if (outcome == Connection::Outcome::gone) close();
  // Otherwise the next request is here already; it waits in the kernel until this one is answered.
}

void Session::read_more() {
  if (!reader_) reader_ = std::make_unique<RequestReader>(shared_->options, shared_->bodies);
  const State before = state_;
  switch (reader_->read(input_)) {
    case RequestReader::State::failed: return refuse(std::move(reader_->failure()));
    case RequestReader::State::done: return dispatch();
    case RequestReader::State::head:
      if (before == State::idle && reader_->begun()) {
        enter(State::head);
        arm(shared_->options.header_timeout_ms);
      }
      break;
    case RequestReader::State::body:
      if (before != State::body && reader_->incoming().spools) return admit();
      if (before != State::body) begin_body();
      if (reader_->incoming().spools && reader_->body_in_memory() >= kSpoolBlock) return spool_block();
      break;
  }
  watch_input();
}

void Session::begin_body() {
  enter(State::body);
  window_begin_ = 0;
  arm(shared_->options.body_window_ms);
  std::size_t size = 0;
  if (reader_->incoming().expects_continue && reader_->body_size() == 0) connection_.write(kContinue, {}, size);
}

void Session::admit() {
  enter(State::running);
  connection_.cancel_timer();
  ++shared_->running;
  auto head = std::make_shared<Request>(reader_->incoming().request);
  head->remote_address = remote_address_;
  head->is_unix_socket = remote_address_.empty();
  const auto ask = [self = shared_from_this(), head] {
    const ServerOptions& options = self->shared_->options;
    auto refused = std::make_shared<std::optional<Response>>();
    std::shared_ptr<Spool> spool;
    if (options.admit) *refused = options.admit(*head);
    if (!*refused) {
      auto made = Spool::make(options.spool_folder);
      if (made) spool = *std::move(made);
      if (!made) *refused = error_response(made.error());
    }
    self->shared_->io.post([self, refused, spool] {
      --self->shared_->running;
      if (self->state_ == State::closed) return;
      if (*refused) return self->refuse(*std::move(*refused));
      self->spool_ = spool;
      self->spool_lease_.emplace(self->shared_->spools);
      self->begin_body();
      self->go_on_reading();
    });
  };
  if (shared_->workers.try_post(ask)) return;
  --shared_->running;
  refuse(error_response({ErrorCode::busy, "The server has too much to do; try again later", {}, {}, 10'000}));
}

void Session::spool_block() {
  auto block = std::make_shared<std::string>(reader_->take_body());
  if (!spool_lease_->grow(block->size())) {
    return refuse(
        error_response({ErrorCode::busy, "Too many large requests at once; try again later", {}, {}, 10'000}));
  }
  enter(State::running);
  connection_.cancel_timer();
  ++shared_->running;
  shared_->workers.post([self = shared_from_this(), block, spool = spool_] {
    auto added = std::make_shared<Status>(spool->add(*block));
    self->shared_->io.post([self, added] {
      --self->shared_->running;
      if (self->state_ == State::closed) return;
      if (!*added) return self->refuse(error_response(added->error()));
      self->enter(State::body);
      self->window_begin_ = std::min(self->window_begin_, self->reader_->body_size());
      self->arm(self->shared_->options.body_window_ms);
      self->go_on_reading();
    });
  });
}

void Session::go_on_reading() {
  if (!input_.empty() || reader_->body_in_memory() >= kSpoolBlock) return read_more();
  watch_input();
}

void Session::refuse(Response response) {
  const bool is_head = reader_ && reader_->incoming().request.method == "HEAD";
  rest_unread_ = true;
  reader_.reset();
  spool_.reset();
  spool_lease_.reset();
  give_back(input_);
  on_step(refusal(shared_->rules, response, is_head));
}

void Session::dispatch() {
  ++shared_->requests;
  begun_ms_ = shared_->rules.clock.steady_ms();
  Incoming incoming = std::move(reader_->incoming());
  incoming.request.remote_address = remote_address_;
  incoming.request.is_unix_socket = remote_address_.empty();
  incoming.request.is_tls = shared_->identity != nullptr && !incoming.request.is_unix_socket;
  incoming.request.spool = std::move(spool_);
  if (shared_->draining) incoming.keep_alive = false;
  const bool is_head = incoming.request.method == "HEAD";
  answer_ = std::make_shared<Answer>(shared_->rules, std::move(incoming), std::move(reader_->lease()));
  if (spool_lease_) answer_->hold(std::move(*spool_lease_));
  spool_lease_.reset();
  reader_.reset();
  if (input_.empty()) give_back(input_);
  enter(State::running);
  connection_.cancel_timer();
  ++shared_->running;
  if (shared_->workers.try_post(next_step())) return;
  --shared_->running;
  answer_.reset();
  rest_unread_ = true;
  Response response = error_response(503, "busy", "The server has too much to do; try again later");
  response.headers.set("Retry-After", std::to_string(5 + shared_->requests % 10));  // spread, not secret
  on_step(refusal(shared_->rules, response, is_head));
}

void Session::run_next() {
  enter(State::running);
  connection_.cancel_timer();
  ++shared_->running;
  shared_->workers.post(next_step());
}

std::function<void()> Session::next_step() {
  return [self = shared_from_this(), answer = answer_] {
    auto step = std::make_shared<Step>(answer->next());
    self->shared_->io.post([self, step] {
      --self->shared_->running;
      self->on_step(std::move(*step));
    });
  };
}

void Session::on_step(Step step) {
  if (state_ == State::closed) return retire_answer();
  step_ = std::move(step);
  head_written_ = body_written_ = 0;
  enter(State::writing);
  arm(shared_->options.write_timeout_ms);
  write();
}

void Session::write() {
  while (head_written_ < step_.head.size() || body_written_ < step_.body.size()) {
    std::size_t size = 0;
    const auto outcome = connection_.write(std::string_view(step_.head).substr(head_written_),
                                           std::string_view(step_.body).substr(body_written_), size);
    if (outcome == Connection::Outcome::later) {
      return connection_.when_writable([self = shared_from_this()] {
        if (self->state_ == State::writing) self->write();
      });
    }
    if (outcome == Connection::Outcome::gone) return close();
    const std::size_t of_head = std::min(size, step_.head.size() - head_written_);
    head_written_ += of_head;
    body_written_ += size - of_head;
    arm(shared_->options.write_timeout_ms);
  }
  written();
}

void Session::written() {
  give_back(step_.head);
  give_back(step_.body);
  switch (step_.then) {
    case Step::Then::more: return run_next();
    case Step::Then::wait: return wait(std::move(step_.until));
    case Step::Then::cut: return close(true);
    case Step::Then::close:
      count_time();
      retire_answer();
      return linger();
    case Step::Then::next_request:
      count_time();
      retire_answer();
      if (shared_->draining) return linger();
      enter(State::idle);
      arm(shared_->options.idle_timeout_ms);
      return input_.empty() ? watch_input() : read_more();
  }
}

void Session::count_time() {
  if (begun_ms_) shared_->answer_times.count(shared_->rules.clock.steady_ms() - *begun_ms_);
  begun_ms_.reset();
}

void Session::wait(Wait until) {
  begun_ms_.reset();
  if (shared_->draining) return close();
  enter(State::waiting);
  arm(until.ms);
  watch_input();
  const std::uint64_t number = ++wait_number_;
  for (const Watch& watch : until.watches) {
    subscriptions_.push_back(watch.signal->subscribe(watch.seen, [weak = weak_from_this(), number] {
      const auto self = weak.lock();
      if (!self) return;
      // Weak again: an event that comes as the server ends must not keep it.
      self->shared_->io.post([weak, number] {
        if (const auto session = weak.lock()) session->wake(number);
      });
    }));
  }
}

void Session::wake(std::uint64_t wait_number) {
  if (state_ != State::waiting || wait_number != wait_number_) return;
  give_back(subscriptions_);
  run_next();
}

void Session::linger() {
  // Closing with unread input would make the kernel drop the answer on its way (RST).
  if (!connection_.end_output() || !rest_unread_) return close();
  enter(State::lingering);
  arm(kLingerMs);
  watch_input();
}

void Session::eat() {
  std::size_t size = 0;
  if (connection_.read(shared_->scratch, size) == Connection::Outcome::gone) return close();
  watch_input();
}

void Session::drain() {
  if (state_ == State::running || state_ == State::writing || state_ == State::lingering) return;
  close();
}

void Session::retire_answer() {
  // Streams may hold a cursor of a database, whose end may block: not here.
  if (answer_) shared_->workers.post([answer = std::move(answer_)]() mutable { answer.reset(); });
  answer_.reset();
}

void Session::close(bool cut) {
  if (state_ == State::closed) return;
  const bool running = state_ == State::running;
  enter(State::closed);
  connection_.close(cut);
  give_back(subscriptions_);
  give_back(input_);
  reader_.reset();
  if (!running) retire_answer();
  const std::lock_guard lock(shared_->mutex);
  shared_->sessions.erase(this);
  if (shared_->sessions.empty()) shared_->all_closed.notify_all();
}

}  // namespace tram::http
