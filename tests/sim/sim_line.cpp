#include "tests/sim/sim_line.h"

namespace tram::sim {
namespace {

class Answered final : public http::Pending {
 public:
  Answered(Result<http::Response> answer, std::shared_ptr<bool> life)
      : answer_(std::move(answer)), life_(std::move(life)) {}
  bool done() const override { return true; }
  Result<http::Response> take() override { return std::move(answer_); }

 private:
  Result<http::Response> answer_;
  std::shared_ptr<bool> life_;
};

// A batch that is overtaken by the next one, or a page that is made late: it goes when somebody waits for its answer.
class Overtaken final : public http::Pending {
 public:
  explicit Overtaken(std::function<Result<http::Response>()> carry) : carry_(std::move(carry)) {}
  bool done() const override { return true; }
  Result<http::Response> take() override { return carry_(); }

 private:
  std::function<Result<http::Response>()> carry_;
};

Error line_lost() { return error(ErrorCode::offline, "the line was lost"); }

bool is_push(const http::Request& request) { return request.path().ends_with("/_bulk_docs"); }

bool is_page(const http::Request& request) { return request.path().ends_with("/_changes"); }

}  // namespace

SimLine::SimLine(LineHooks hooks, SimTime& time, Dice& dice, Trace& trace, std::string name)
    : hooks_(std::move(hooks)),
      dice_(dice),
      trace_(trace),
      name_(std::move(name)),
      inner_([this](const http::Request& request) { return hooks_.province(request); },
             {.on_wait = [&time](std::int64_t ms) { time.ms += ms; }}) {}

std::unique_ptr<http::Pending> SimLine::start(http::Request request, http::CallOptions options) {
  const auto life = std::make_shared<bool>();  // of the call
  if ((is_push(request) || is_page(request)) && dice_.below(2) == 0) {
    if (is_push(request)) waiting_ = life;
    return std::make_unique<Overtaken>(
        [this, request = std::move(request), options, life] { return carry(request, options); });
  }
  if (is_push(request) && !waiting_.expired()) trace_.sometimes("batch overtaken by the next");
  return std::make_unique<Answered>(carry(request, options), life);
}

Result<http::Response> SimLine::deliver(const http::Request& request) {
  auto pending = inner_.start(request);
  while (!pending->done()) inner_.wait(-1);
  return pending->take();
}

// Somebody else answers, or the province says no before it looked.
std::optional<http::Response> SimLine::stranger(const http::Request& request) {
  const auto signed_by_province = [&](http::Response response) {
    response.headers.set("Tram-Peer", hooks_.server);
    return response;
  };
  if (dice_.chance(faults.server_error)) {
    constexpr int kCodes[] = {500, 502, 503, 504};
    const int code = kCodes[dice_.below(4)];
    return code == 500 ? signed_by_province(http::error_response(code, "internal", "out of order"))
                       : http::text_response(code, "<html>Bad gateway</html>", "text/html");
  }
  if (dice_.chance(faults.busy)) {
    http::Response response = http::error_response(dice_.below(2) == 0 ? 429 : 503, "busy", "later");
    response.headers.set("Retry-After", dice_.below(2) == 0 ? "7" : "Mon, 17 Jun 2024 02:20:00 GMT");
    return signed_by_province(std::move(response));
  }
  if (is_push(request) && dice_.chance(faults.too_large)) {
    trace_.sometimes("413 in mid-batch");
    return signed_by_province(http::error_response(413, "too_large", "less at a time"));
  }
  if (dice_.chance(faults.portal)) {
    trace_.sometimes("captive portal");
    http::Response moved{302, {{"Location", "http://login.example/"}}, ""};
    return dice_.below(2) == 0 ? moved : http::text_response(200, "<html>Sign in</html>", "text/html");
  }
  return std::nullopt;
}

// The answer comes whole, or is cut at any byte.
Result<http::Response> SimLine::arrive(Result<http::Response> answer, const http::CallOptions& options) {
  if (!answer) return answer;
  bytes += answer->body.size();
  const bool cut = dice_.chance(faults.cut);
  if (cut) answer->body.resize(dice_.below(answer->body.size() + 1));
  if (options.on_body && answer->status / 100 == 2) {
    if (options.on_head) RETURN_IF_ERROR(options.on_head(*answer));
    const std::string body = std::exchange(answer->body, {});
    const std::size_t half = dice_.below(body.size() + 1);
    RETURN_IF_ERROR(options.on_body(std::string_view(body).substr(0, half)));
    RETURN_IF_ERROR(options.on_body(std::string_view(body).substr(half)));
    if (cut && body.starts_with("{\"results\":") && body.find("},\n") != std::string::npos) {
      trace_.sometimes("feed cut behind whole rows");
    }
  }
  if (cut) return line_lost();
  return answer;
}

Result<http::Response> SimLine::carry(const http::Request& request, const http::CallOptions& options) {
  ++requests;
  bytes += request.body.size();
  if (is_cut_off) return line_lost();
  hooks_.act(true);
  if (!hooks_.is_up() || dice_.chance(faults.lost_before)) return line_lost();
  if (auto answer = stranger(request)) return arrive(*std::move(answer), options);

  http::Request whole = request;
  const std::string session(request.headers.get("Tram-Session"));
  if (!session.empty() && std::exchange(last_session_, session) == session) trace_.sometimes("session told again");
  if (request.method == "PUT") {  // of parts alone
    const std::string part = request.target + std::string(request.headers.get("Content-Range"));
    if (std::exchange(last_part_, part) == part) trace_.sometimes("part of a large attachment sent again");
  }
  Result<http::Response> answer = deliver(whole);
  std::string line = name_ + " " + request.method + " " + std::string(request.path());
  if (answer) line += " " + std::to_string(answer->status) + " " + std::to_string(answer->body.size());
  trace_.say(line);
  if (answer && answer->status == 409 && answer->body.find("replica_fork") != std::string::npos) {
    const bool by_sequence = answer->body.find("is older") != std::string::npos;
    trace_.sometimes(by_sequence ? "fork by sequence" : "fork by nonce");
  }
  if (answer && dice_.chance(faults.kept) && late.size() < 8) late.push_back(request);
  if (answer && dice_.chance(faults.doubled) && hooks_.is_up()) {
    const std::string before = hooks_.fingerprint();
    const Result<http::Response> again = deliver(whole);
    const bool refused_at_once = answer->status == 503 || (again && again->status == 503);
    const bool judged = answer->status / 100 == 2 && !refused_at_once && hooks_.is_up() && !hooks_.has_failed();
    if (judged && hooks_.fingerprint() != before) {
      trace_.found("replay", name_ + ": " + request.method + " " + request.target + " twice moved the province from " +
                                 before + " to " + hooks_.fingerprint());
    }
    trace_.sometimes("request doubled");
    if (again && dice_.below(2) == 0) answer = again;
  }
  hooks_.act(false);
  if (answer && answer->status / 100 == 2 && is_push(request) && dice_.chance(faults.lost_after)) {
    trace_.sometimes("answer lost after commit");
    return line_lost();
  }
  if (dice_.chance(faults.lost_after)) return line_lost();
  return arrive(std::move(answer), options);
}

}  // namespace tram::sim
