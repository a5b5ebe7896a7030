#include "http/answer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>

#include "core/base/log.h"
#include "http/date.h"

namespace tram::http {
namespace {

constexpr std::uint64_t kPreparedMax = 4 << 20;  // room made for what a body says it holds
constexpr std::int64_t kGatherMs = 100;          // rows that come slower than this are not held back for a full block
constexpr std::size_t kSentMin = 64 << 10;       // what is sent at once, if so much is there

bool is_text_like(const Response& response) {
  const std::string type = response.content_type();
  return type.starts_with("text/") || type.ends_with("json") || type.ends_with("javascript") || type.ends_with("xml") ||
         type == "application/wasm";
}

bool has_no_body(int status) { return status == 204 || status == 304 || status < 200; }

void mark_encoded(Response& response, Coding coding) {
  response.headers.set("Content-Encoding", name_of(coding));
  response.headers.add("Vary", "Accept-Encoding");
}

std::string compose_head(const AnswerRules& rules, Response& response, bool keep_alive) {
  Headers& headers = response.headers;
  for (const auto& field : rules.options.headers) headers.set_if_absent(field.name, field.value);
  headers.set_if_absent("Cache-Control", "must-revalidate");
  headers.set_if_absent("X-Content-Type-Options", "nosniff");
  headers.set("Date", http_date(rules.clock.wall_ms()));
  headers.remove("Connection");
  if (!keep_alive) headers.add("Connection", "close");

  std::string out = "HTTP/1.1 " + std::to_string(response.status) + ' ' + std::string(reason_phrase(response.status));
  out += "\r\n";
  for (const auto& [name, value] : headers) {
    if (value.empty()) continue;  // so a handler leaves a field out
    out += name;
    out += ": ";
    const std::size_t from = out.size();
    out += value;
    // What people sent in (the type of an attachment) must not become another line, whoever put it here.
    std::replace_if(
        out.begin() + static_cast<std::ptrdiff_t>(from), out.end(),
        [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
    out += "\r\n";
  }
  return out += "\r\n";
}

}  // namespace

Step refusal(const AnswerRules& rules, const Response& response, bool is_head) {
  Response copy = response;
  copy.headers.set("Content-Length", std::to_string(copy.body.size()));
  Step step{compose_head(rules, copy, false), std::move(copy.body), Step::Then::close, {}};
  if (is_head) step.body.clear();
  return step;
}

Answer::Answer(const AnswerRules& rules, Incoming incoming, BodyLease lease)
    : rules_(rules),
      incoming_(std::make_unique<Incoming>(std::move(incoming))),
      lease_(std::move(lease)),
      is_head_(incoming_->request.method == "HEAD"),
      http10_(incoming_->http10),
      keep_alive_(incoming_->keep_alive),
      coding_(best_accepted(incoming_->request.headers.get("Accept-Encoding"))) {}

Step Answer::next() {
  // Our code throws nothing, but libraries under the handler may; the client gets an answer or a cut, never half.
  try {
    if (stream_) return fill({{}, {}, Step::Then::more, {}});
    if (later_) return deliver(std::exchange(later_, nullptr)->next());
    return deliver(handle());
  } catch (const std::exception& exception) {
    log::error("request_failed", {{"what", exception.what()}});
    if (framing_ != Framing::none) return Step{{}, {}, Step::Then::cut, {}};
    keep_alive_ = false;
    return send_whole(error_response(500, "internal", "The request met an error inside the program."));
  }
}

Response Answer::handle() {
  std::optional<Response> response = decode_body();
  if (!response) response = rules_.handler(incoming_->request);
  incoming_.reset();
  lease_.release();
  spooled_.reset();
  return std::move(*response);
}

Result<std::string> Answer::decoded(Coding coding, std::string_view body) {
  const auto too_many = [] {
    return Error{ErrorCode::busy, "Too many large requests at once; try again later", {}, {}, 10'000};
  };
  const std::uint64_t likely = std::min({kPreparedMax, incoming_->body_max, kRatioMax * body.size()});
  if (const std::uint64_t announced = announced_size(coding, body); announced > 0 && announced <= likely) {
    if (!lease_.grow(announced)) return too_many();
    if (auto plain = decode_announced(coding, body, announced)) return *std::move(plain);
    lease_.shrink(announced);
  }
  Decoder decoder(coding, {incoming_->body_max, kRatioMax});
  std::string plain;
  RETURN_IF_ERROR(decoder.add(body, [&](std::string_view part) -> Status {
    if (!lease_.grow(part.size())) return too_many();
    plain.append(part);
    return {};
  }));
  RETURN_IF_ERROR(decoder.finish());
  return plain;
}

std::optional<Response> Answer::decode_body() {
  Request& request = incoming_->request;
  if (request.spool) {
    const Status whole = finish_spool();
    return whole ? std::nullopt : std::optional(error_response(whole.error()));
  }
  const Coding coding = coding_named(request.headers.get("Content-Encoding")).value_or(Coding::identity);
  if (coding == Coding::identity) return std::nullopt;
  auto plain = decoded(coding, request.body);
  if (!plain) return error_response(plain.error());
  request.body = *std::move(plain);
  request.headers.remove("Content-Encoding");
  request.headers.set("Content-Length", std::to_string(request.body.size()));
  return std::nullopt;
}

// The last block came after the others.
Status Answer::finish_spool() {
  Request& request = incoming_->request;
  RETURN_IF_ERROR(request.spool->add(request.body));
  request.body = {};
  const Coding coding = coding_named(request.headers.get("Content-Encoding")).value_or(Coding::identity);
  if (coding != Coding::identity) {
    ASSIGN_OR_RETURN(request.spool, decode_spool(coding));
    request.headers.remove("Content-Encoding");
  }
  request.headers.set("Content-Length", std::to_string(request.spool->size()));
  return {};
}

Result<std::shared_ptr<Spool>> Answer::decode_spool(Coding coding) {
  const Spool& packed = *incoming_->request.spool;
  ASSIGN_OR_RETURN(auto plain, Spool::make(rules_.options.spool_folder));
  Decoder decoder(coding, {incoming_->body_max, kRatioMax});
  for (std::uint64_t at = 0; at < packed.size();) {
    ASSIGN_OR_RETURN(const std::string block, packed.read(at, kSpoolBlock));
    at += block.size();
    RETURN_IF_ERROR(decoder.add(block, [&](std::string_view part) { return plain->add(part); }));
  }
  RETURN_IF_ERROR(decoder.finish());
  return plain;
}

Step Answer::deliver(Response response) {
  if (response.later) {
    later_ = response.later;
    return Step{{}, {}, Step::Then::wait, later_->until};
  }
  response.headers.remove("Transfer-Encoding");
  if (response.stream && !is_head_ && !has_no_body(response.status)) return start_stream(std::move(response));
  return send_whole(std::move(response));
}

Coding Answer::coding_of(const Response& response, std::size_t size) const {
  const bool may_be = is_text_like(response) && !response.headers.has("Content-Encoding");
  return may_be ? coding_for(size, coding_) : Coding::identity;
}

Step Answer::send_whole(Response response) {
  const bool known_length =
      is_head_ && (response.stream || response.body.empty()) && response.headers.has("Content-Length");
  if (const Coding coding = coding_of(response, response.body.size()); coding != Coding::identity) {
    response.body = encode(coding, response.body);
    mark_encoded(response, coding);
  }
  if (has_no_body(response.status)) {
    response.headers.remove("Content-Length");
    response.body.clear();
  } else if (!known_length && !(is_head_ && response.stream)) {
    response.headers.set("Content-Length", std::to_string(response.body.size()));
  }
  Step step{compose_head(rules_, response, keep_alive_), std::move(response.body), Step::Then::close, {}};
  if (is_head_) step.body.clear();
  return finish(std::move(step));
}

Step Answer::start_stream(Response response) {
  stream_ = std::move(response.stream);
  response.stream = nullptr;
  std::string bytes;
  Wait until;
  if (const std::string_view length = response.headers.get("Content-Length"); !length.empty()) {
    std::from_chars(length.data(), length.data() + length.size(), left_);
    framing_ = Framing::counted;
    return Step{compose_head(rules_, response, keep_alive_), {}, Step::Then::more, {}};
  }
  const Gathered gathered = gather(bytes, until);
  if (gathered == Gathered::end || gathered == Gathered::failed) {  // it fits in one block: no need for chunks
    stream_ = nullptr;
    if (gathered == Gathered::failed) return send_whole(error_response(*failure_));
    response.body = std::move(bytes);
    return send_whole(std::move(response));
  }
  framing_ = http10_ ? Framing::until_close : Framing::chunked;
  if (framing_ == Framing::chunked) response.headers.set("Transfer-Encoding", "chunked");
  if (const Coding coding = coding_of(response, bytes.size()); coding != Coding::identity) {
    encoder_.emplace(coding);
    mark_encoded(response, coding);
  }
  const bool waits = gathered == Gathered::wait;
  const bool slow = bytes.size() < kStreamBlock;
  Step step{compose_head(rules_, response, keep_alive_), frame(std::move(bytes), false, slow), Step::Then::more, {}};
  if (!waits) return fill(std::move(step));
  step.then = Step::Then::wait;
  step.until = std::move(until);
  return step;
}

// Goes on until a block is there to send, behind the coding: each trip to the line and back costs two threads their
// turns, at both ends.
Step Answer::fill(Step step) {
  const std::int64_t begun_ms = rules_.clock.steady_ms();
  while (step.then == Step::Then::more && step.body.size() < kSentMin &&
         rules_.clock.steady_ms() - begun_ms <= kGatherMs) {
    Step next = next_block();
    step.body += next.body;
    step.then = next.then;
    step.until = std::move(next.until);
  }
  return step;
}

Step Answer::next_block() {
  std::string bytes;
  Step step;
  switch (gather(bytes, step.until)) {
    case Gathered::failed: return Step{{}, {}, Step::Then::cut, {}};
    case Gathered::full: {
      const bool slow = bytes.size() < kStreamBlock;  // then somebody waits for just these rows
      step.then = Step::Then::more;
      step.body = frame(std::move(bytes), false, slow);
      break;
    }
    case Gathered::wait:
      step.then = Step::Then::wait;
      step.body = frame(std::move(bytes), false, true);
      break;
    case Gathered::end:
      step.body = frame(std::move(bytes), true, false);
      if (framing_ == Framing::counted && left_ > 0) return Step{{}, {}, Step::Then::cut, {}};
      return finish(std::move(step));
  }
  return step;
}

Answer::Gathered Answer::gather(std::string& bytes, Wait& until) {
  const std::int64_t begun_ms = rules_.clock.steady_ms();
  while (bytes.size() < kStreamBlock) {
    Result<Chunk> chunk = stream_();
    if (!chunk) {
      log::warning("stream_failed", {{"why", chunk.error().message}});
      failure_ = chunk.error();
      return Gathered::failed;
    }
    if (chunk->kind == Chunk::Kind::end) return Gathered::end;
    if (chunk->kind == Chunk::Kind::wait) {
      until = std::move(chunk->until);
      return Gathered::wait;
    }
    if (bytes.empty()) {
      bytes = std::move(chunk->bytes);
    } else {
      bytes += chunk->bytes;
    }
    if (rules_.clock.steady_ms() - begun_ms > kGatherMs && !bytes.empty()) break;
  }
  return Gathered::full;
}

std::string Answer::frame(std::string bytes, bool last, bool flush) {
  if (encoder_) {
    std::string packed;
    // Also what an earlier block left in the coding goes out where the next rows are waited for.
    if (last || !bytes.empty() || (flush && keeps_back_)) {
      encoder_->add(bytes, last ? Flush::finish : flush ? Flush::sync : Flush::none, packed);
      keeps_back_ = !last && !flush;
    }
    bytes = std::move(packed);
  }
  if (framing_ == Framing::counted) {
    bytes.resize(std::min<std::uint64_t>(bytes.size(), left_));
    left_ -= bytes.size();
  }
  if (framing_ != Framing::chunked) return bytes;
  std::string framed;
  if (!bytes.empty()) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), bytes.size(), 16).ptr;
    framed.reserve(bytes.size() + 32);
    framed.append(digits.data(), end).append("\r\n").append(bytes).append("\r\n");
  }
  if (last) framed += "0\r\n\r\n";
  return framed;
}

Step Answer::finish(Step step) const {
  step.then = keep_alive_ ? Step::Then::next_request : Step::Then::close;
  return step;
}

}  // namespace tram::http
