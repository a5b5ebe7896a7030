#include "http/loopback_client.h"

#include <algorithm>

#include "http/date.h"
#include "http/intake.h"

namespace tram::http {

class LoopbackClient::Call final : public Pending {
 public:
  Call(LoopbackClient& client, Request request, CallOptions options)
      : client_(client),
        options_(std::move(options)),
        intake_(options_, client.options_.body_max),
        is_head_(request.method == "HEAD") {
    client_.waiting_.push_back(this);
    if (stopped()) return;
    const Status whole = read_upload(request);
    if (!whole) {
      end(whole.error());
    } else {
      go_on(client_.handler_(request));
    }
  }
  ~Call() override { client_.waiting_.remove(this); }

  bool done() const override { return result_.has_value(); }
  Result<Response> take() override {
    CHECK(done());
    return std::move(*result_);
  }

  bool stopped() {
    if (!done() && options_.stop.stop_requested()) end(error(ErrorCode::cancelled, "the program is stopping"));
    return done();
  }
  std::int64_t left_ms() const { return left_ms_; }
  bool fired() const { return until_.fired(); }
  void pass(std::int64_t ms) { left_ms_ -= ms; }
  // The wait is over.
  void resume() {
    if (later_) {
      go_on(std::exchange(later_, nullptr)->next());
    } else {
      pull();
    }
  }

 private:
  static Status read_upload(Request& request) {
    while (request.upload && request.body.size() < request.upload->length) {
      ASSIGN_OR_RETURN(const std::string part, request.upload->read(request.body.size(), kStreamBlock));
      request.body += part;
    }
    return {};
  }

  void go_on(Response response) {
    if (response.later) {
      later_ = response.later;
      return hold(later_->until);
    }
    response_ = std::move(response);
    if (is_head_) {
      response_.body.clear();
      response_.stream = nullptr;
    }
    if (client_.options_.clock != nullptr) {
      response_.headers.set("Date", http_date(client_.options_.clock->wall_ms()));
    }
    if (response_.stream) return pull();
    std::string body = std::exchange(response_.body, {});
    if (receive(std::move(body))) finish();
  }

  void pull() {
    while (true) {
      Result<Chunk> chunk = response_.stream();
      if (!chunk) return fail_stream(chunk.error());
      if (chunk->kind == Chunk::Kind::wait) return hold(std::move(chunk->until));
      if (chunk->kind == Chunk::Kind::end) break;
      if (!receive(std::move(chunk->bytes))) return;
    }
    response_.stream = nullptr;
    finish();
  }

  void finish() {
    const Status status = intake_.finish(response_);
    if (!status) return end(status.error());
    end(std::move(response_));
  }

  void fail_stream(const Error& why) {
    if (!held_ && received_ < kStreamBlock) return end(error_response(why));
    end(error(ErrorCode::offline, "the connection was cut: " + why.message));
  }

  bool receive(std::string bytes) {
    received_ += bytes.size();
    client_.received_ += bytes.size();
    const Status status = intake_.add(bytes, response_);
    if (!status) end(status.error());
    return status.ok();
  }

  void hold(Wait until) {
    held_ = true;
    until_ = std::move(until);
    left_ms_ = until_.ms;
  }

  void end(Result<Response> result) {
    client_.waiting_.remove(this);
    result_.emplace(std::move(result));
  }

  LoopbackClient& client_;
  CallOptions options_;
  Intake intake_;
  bool is_head_;
  bool held_ = false;
  Response response_;
  std::uint64_t received_ = 0;
  std::shared_ptr<Later> later_;
  Wait until_;
  std::int64_t left_ms_ = 0;
  std::optional<Result<Response>> result_;
};

LoopbackClient::LoopbackClient(Handler handler, LoopbackOptions options)
    : handler_(std::move(handler)), options_(std::move(options)) {}

LoopbackClient::~LoopbackClient() { CHECK(waiting_.empty()); }

std::unique_ptr<Pending> LoopbackClient::start(Request request, CallOptions options) {
  ++requests_;
  sent_ += request.body.size();
  request.target = options_.base_path + request.target;
  request.remote_address = options_.remote_address;
  return std::make_unique<Call>(*this, std::move(request), std::move(options));
}

bool LoopbackClient::wait(std::int64_t timeout_ms) {
  std::size_t ended = 0;
  const std::list<Call*> calls = waiting_;
  for (Call* call : calls) ended += call->stopped() ? 1U : 0U;
  if (woken_.exchange(false)) return true;
  if (ended > 0) return false;

  while (true) {
    const auto fired = std::find_if(waiting_.begin(), waiting_.end(), [](const Call* call) { return call->fired(); });
    const auto first = std::min_element(waiting_.begin(), waiting_.end(),
                                        [](const Call* a, const Call* b) { return a->left_ms() < b->left_ms(); });
    Call* next = fired != waiting_.end() ? *fired : first != waiting_.end() ? *first : nullptr;
    if (next == nullptr && timeout_ms < 0) return false;
    if (fired == waiting_.end()) {
      const bool reaches = next != nullptr && (timeout_ms < 0 || next->left_ms() <= timeout_ms);
      const std::int64_t passed_ms = std::max<std::int64_t>(0, reaches ? next->left_ms() : timeout_ms);
      for (Call* call : waiting_) call->pass(passed_ms);
      if (timeout_ms >= 0) timeout_ms -= passed_ms;
      if (options_.on_wait && passed_ms > 0) options_.on_wait(passed_ms);
      if (!reaches) return false;
    }
    next->resume();
    if (next->done()) return false;
    if (woken_.exchange(false)) return true;
  }
}

Traffic LoopbackClient::traffic() const { return {sent_, received_, requests_, 0}; }

}  // namespace tram::http
