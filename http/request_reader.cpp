#include "http/request_reader.h"

#include <algorithm>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/parser.hpp>

#include "http/coding.h"

namespace tram::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

constexpr std::size_t kChunkHeadMax = 16 << 10;

// A body that grows with what came; Beast's string_body would reserve what was announced.
struct GrowingBody {
  using value_type = std::string;

  class reader {
   public:
    template <bool is_request, class Fields>
    reader(beast::http::header<is_request, Fields>&, value_type& body) : body_(body) {}
    void init(const boost::optional<std::uint64_t>&, beast::error_code& code) { code = {}; }
    template <class Buffers>
    std::size_t put(const Buffers& buffers, beast::error_code& code) {
      code = {};
      std::size_t size = 0;
      for (const asio::const_buffer part : beast::buffers_range_ref(buffers)) {
        body_.append(static_cast<const char*>(part.data()), part.size());
        size += part.size();
      }
      return size;
    }
    void finish(beast::error_code& code) { code = {}; }

   private:
    value_type& body_;
  };
};

}  // namespace

bool BodyLease::grow(std::size_t bytes) {
  if (budget_->used.fetch_add(bytes) + bytes > budget_->size_max) {
    budget_->used.fetch_sub(bytes);
    return false;
  }
  size_ += bytes;
  return true;
}

void BodyLease::shrink(std::size_t bytes) {
  size_ -= bytes;
  budget_->used.fetch_sub(bytes);
}

void BodyLease::release() { budget_->used.fetch_sub(std::exchange(size_, 0)); }

struct RequestReader::Parser {
  beast::http::request_parser<GrowingBody> beast;
};

RequestReader::RequestReader(const ServerOptions& options, BodyBudget& budget) : options_(options), lease_(budget) {}
RequestReader::~RequestReader() = default;

std::size_t RequestReader::body_size() const { return taken_ + body_in_memory(); }

std::size_t RequestReader::body_in_memory() const { return parser_ ? parser_->beast.get().body().size() : 0; }

std::string RequestReader::take_body() {
  std::string bytes = std::exchange(parser_->beast.get().body(), {});
  taken_ += bytes.size();
  lease_.shrink(bytes.size());
  return bytes;
}

RequestReader::State RequestReader::fail(int status, std::string_view name, std::string_view reason) {
  failure_ = error_response(status, name, reason);
  return state_ = State::failed;
}

RequestReader::State RequestReader::read(std::string& input) {
  if (state_ == State::head) read_head(input);
  if (state_ == State::body) read_body(input);
  return state_;
}

RequestReader::State RequestReader::read_head(std::string& input) {
  while (!begun_ && input.starts_with("\r\n")) input.erase(0, 2);  // RFC 9112, 2.2: a client's stray line break
  if (input.empty() || (!begun_ && input == "\r")) return state_;
  begun_ = true;
  const auto end = input.find("\r\n\r\n", searched_);
  if (std::min(end, input.size()) > options_.header_max) {
    const bool long_target = input.find("\r\n") > options_.target_max + 32;
    return long_target ? fail(414, "uri_too_long", "The address is too long")
                       : fail(431, "headers_too_large", "The header fields are too large");
  }
  if (end == std::string::npos) {
    searched_ = input.size() < 3 ? 0 : input.size() - 3;
    return state_;
  }
  const std::string_view head = std::string_view(input).substr(0, end + 4);
  if (!head_is_plain(head)) return state_;

  parser_ = std::make_unique<Parser>();
  parser_->beast.header_limit(static_cast<std::uint32_t>(head.size()) + 1);
  parser_->beast.body_limit(boost::none);  // checked here, to tell it from other errors
  beast::error_code code;
  parser_->beast.put(asio::buffer(head.data(), head.size()), code);
  if (code || !parser_->beast.is_header_done()) return fail(400, "bad_request", "This is not an HTTP/1.1 request");
  input.erase(0, head.size());
  if (!check_head()) return state_;
  parser_->beast.eager(true);
  return state_ = State::body;
}

bool RequestReader::head_is_plain(std::string_view head) {
  for (std::size_t i = head.find('\n'); i != std::string_view::npos && i + 1 < head.size();
       i = head.find('\n', i + 1)) {
    if (i == 0 || head[i - 1] != '\r' || head[i + 1] == ' ' || head[i + 1] == '\t') {
      fail(400, "bad_request", "Folded header lines and bare line feeds are not accepted");
      return false;
    }
  }
  return true;
}

bool RequestReader::check_head() {
  const auto& message = parser_->beast.get();
  Request& request = incoming_.request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (const auto& field : message) request.headers.add(std::string(field.name_string()), std::string(field.value()));
  incoming_.http10 = message.version() == 10;
  incoming_.keep_alive = message.keep_alive() && !incoming_.http10;

  if (request.method == "TRACE" || request.method == "CONNECT") {
    fail(405, "method_not_allowed", "This method is not allowed");
    failure_.headers.set("Allow", "GET, HEAD, POST, PUT, DELETE, OPTIONS");
    return false;
  }
  if (request.target.size() > options_.target_max) {
    fail(414, "uri_too_long", "The address is too long");
    return false;
  }
  if (request.target.starts_with("http://") || request.target.starts_with("https://")) {
    const auto path = request.target.find('/', request.target.find("//") + 2);
    request.target = path == std::string::npos ? "/" : request.target.substr(path);
  }
  if (!request.target.starts_with('/') && request.target != "*") {
    fail(400, "bad_request", "The address must begin with a slash");
    return false;
  }
  return check_framing();
}

bool RequestReader::check_framing() {
  const Headers& headers = incoming_.request.headers;
  const auto count = [&](std::string_view name) {
    return std::count_if(headers.begin(), headers.end(),
                         [&](const Headers::Field& field) { return same_without_case(field.name, name); });
  };
  const bool chunked = headers.has("Transfer-Encoding");
  if (count("Content-Length") > 1 || count("Transfer-Encoding") > 1 || (chunked && headers.has("Content-Length")) ||
      (chunked && !same_without_case(headers.get("Transfer-Encoding"), "chunked"))) {
    fail(400, "bad_request", "The length of the body is not clear");
    return false;
  }
  if (count("Host") > 1 || (count("Host") == 0 && !incoming_.http10)) {
    fail(400, "bad_request", "Exactly one Host is needed");
    return false;
  }
  if (const std::string_view expect = headers.get("Expect"); !expect.empty()) {
    if (!same_without_case(expect, "100-continue")) {
      fail(417, "expectation_failed", "Only 100-continue can be expected");
      return false;
    }
    incoming_.expects_continue = !incoming_.http10;
  }
  if (!coding_named(headers.get("Content-Encoding"))) {
    fail(415, "unsupported_encoding", "Bodies may be sent plain, gzip or zstd");
    failure_.headers.set("Accept-Encoding", "zstd, gzip");
    return false;
  }
  incoming_.spools = options_.spools && options_.spools(incoming_.request);
  incoming_.body_max = options_.body_max_for ? options_.body_max_for(incoming_.request) : options_.body_max;
  if (parser_->beast.content_length().value_or(0) > incoming_.body_max) {
    fail(413, "too_large", "The body is larger than " + std::to_string(incoming_.body_max) + " bytes");
    return false;
  }
  return true;
}

RequestReader::State RequestReader::read_body(std::string& input) {
  auto& parser = parser_->beast;
  while (!parser.is_done() && !input.empty()) {
    const std::size_t before = body_size();
    beast::error_code code;
    const std::size_t eaten = parser.put(asio::buffer(input), code);
    input.erase(0, eaten);
    if (code && code != beast::http::error::need_more) return fail(400, "bad_request", "The body is badly framed");
    if (body_size() > incoming_.body_max) {
      return fail(413, "too_large", "The body is larger than " + std::to_string(incoming_.body_max) + " bytes");
    }
    if (!lease_.grow(body_size() - before)) {
      fail(503, "busy", "Too many large requests at once; try again later");
      failure_.headers.set("Retry-After", "10");
      return state_;
    }
    if (eaten == 0) {
      if (input.size() > kChunkHeadMax) return fail(400, "bad_request", "A chunk's head or trailer is too long");
      break;
    }
  }
  if (!parser.is_done()) return state_;
  incoming_.request.body = std::move(parser.get().body());
  return state_ = State::done;
}

}  // namespace tram::http
