#include "sync/remote_server.h"

#include <algorithm>
#include <charconv>

#include "core/base/digest.h"
#include "core/base/json.h"
#include "http/date.h"
#include "http/url.h"
#include "storage/blobs.h"
#include "sync/wire.h"

namespace tram {
namespace {

constexpr std::int64_t kRetryAfterMaxMs = 3'600'000;
constexpr std::int64_t kDiskFullMs = 1'800'000;
constexpr std::uint64_t kAnswerBytesMax = 64ULL << 20;
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kUnnamed = "unnamed";
constexpr std::string_view kCookie = "AuthSession=";

bool is_redirect(int status) { return status >= 300 && status < 400; }
bool is_success(int status) { return status >= 200 && status < 300; }

// What a proxy in between may say in its own name; nothing of it is believed but that the request failed.
bool may_be_a_proxy(int status) {
  return status == 408 || status == 413 || status == 414 || status == 429 || status == 431 || status >= 500;
}

Error portal(std::string what) {
  Error error_ =
      error(ErrorCode::captive_portal, "Something else than the province's server answered (" + std::move(what) +
                                           "): sign in to this network, or ask who runs it.");
  error_.message_vi = "Không phải máy chủ của tỉnh trả lời: hãy đăng nhập vào mạng này trước.";
  return error_;
}

Error other_peer() {
  Error error_ = error(ErrorCode::wrong_peer,
                       "Another server stands at this address than the one known; nothing was sent to it. An "
                       "administrator must confirm it.");
  error_.message_vi = "Máy chủ tại địa chỉ này không phải máy chủ đã biết; chưa gửi gì. Cần quản trị viên xác nhận.";
  return error_;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

DatabaseInfo read_info(std::string name, const json::Value& info) {
  DatabaseInfo result;
  result.name = std::move(name);
  if (!info.is_object()) return result;
  result.found = true;
  if (const auto seq = info.find("update_seq"); seq != info.end()) result.update_seq = json::print(*seq);
  result.start_time = json::string_at(info, "instance_start_time").value_or("");
  if (const json::Value* tram = json::object_at(info, "tram")) {
    result.db_uuid = json::string_at(*tram, "db_uuid").value_or("");
  }
  return result;
}

const std::string& secret_of(const Credential& credential) {
  return credential.token.empty() ? credential.password : credential.token;
}

}  // namespace

RemoteServer::RemoteServer(http::Client& client, const Credential& credential)
    : client_(client), credential_(credential) {
  if (!credential.user.empty()) basic_ = "Basic " + to_base64(credential.user + ":" + secret_of(credential));
  if (!credential.token.empty()) bearer_ = "Bearer " + credential.token;
}

void RemoteServer::remember(std::string uuid, bool own) {
  uuid_ = std::move(uuid);
  own_ = own;
}

void RemoteServer::forget() {
  uuid_.clear();
  own_ = false;
  cookie_.clear();
  takes_cookie_ = true;
  seqs_.clear();
}

Status RemoteServer::identify() {
  ASSIGN_OR_RETURN(const http::Response response, send("GET", "/", {}, {}, false));
  auto welcome = json::parse_object(response.body);
  if (!welcome) return half_an_answer(welcome.error());
  std::string uuid = json::string_at(*welcome, "uuid").value_or("");
  // A small pouchdb-server has none.
  if (uuid.empty() && welcome->contains("express-pouchdb")) uuid = kUnnamed;
  if (uuid.empty()) return portal("no greeting of a server that replicates");
  if (!uuid_.empty() && uuid != uuid_) return other_peer();
  const json::Value* tram = json::object_at(*welcome, "tram");
  const bool own = tram && json::integer_at(*tram, "protocol") == 1;
  if (own && response.headers.get("Tram-Peer") != uuid) return other_peer();
  remember(uuid, own);
  return {};
}

// A stock server spends much time on each password, and little on a cookie.
Status RemoteServer::sign_in() {
  if (own_ || uuid_.empty() || basic_.empty() || !takes_cookie_ || !cookie_.empty()) return {};
  http::Request message{"POST", "/_session", {{"Accept", std::string(kJson)}, {"Content-Type", std::string(kJson)}}};
  message.body = json::print({{"name", credential_.user}, {"password", secret_of(credential_)}});
  http::CallOptions options = call_options();
  auto response = client_.send(std::move(message), options);
  if (!response) return response.error();
  takes_cookie_ = response->status != 404 && response->status != 405 && response->status != 501;
  if (!takes_cookie_) return {};
  ASSIGN_OR_RETURN(const http::Response answer, judge(*std::move(response), true));
  takes_cookie_ = !cookie_.empty();
  return {};
}

void RemoteServer::keep_cookie(const http::Response& response) {
  const std::string_view given = response.headers.get("Set-Cookie");
  if (!own_ && takes_cookie_ && given.starts_with(kCookie)) cookie_ = given.substr(0, given.find(';'));
}

// A stock server knows no tokens.
void RemoteServer::authorize(http::Request& message) const {
  message.headers.remove("Cookie");
  message.headers.remove("Authorization");
  const std::string& credential = bearer_.empty() || (!own_ && !basic_.empty()) ? basic_ : bearer_;
  if (!own_ && !cookie_.empty()) {
    message.headers.set("Cookie", cookie_);
  } else if (!credential.empty()) {
    message.headers.set("Authorization", credential);
  }
}

// With the credential; a cookie that has become too old is renewed once.
Result<http::Response> RemoteServer::call(http::Request& message, const http::CallOptions& options) {
  RETURN_IF_ERROR(sign_in());
  authorize(message);
  auto response = client_.send(message, options);
  if (!response || response->status != 401 || !message.headers.has("Cookie")) return response;
  cookie_.clear();
  RETURN_IF_ERROR(sign_in());
  authorize(message);
  return client_.send(message, options);
}

http::CallOptions RemoteServer::call_options() const {
  http::CallOptions options;
  options.stop = stop_;
  options.body_max = kAnswerBytesMax;
  return options;
}

http::Request RemoteServer::request(std::string_view method, std::string_view target, std::string body,
                                    http::Headers headers) {
  http::Request request;
  request.method = std::string(method);
  request.target = std::string(target);
  request.headers = std::move(headers);
  if (own_) request.headers.set("Accept", "");  // it speaks JSON only: nothing to say
  if (!own_) request.headers.set("Accept", kJson);
  if (!body.empty()) request.headers.set("Content-Type", kJson);
  request.body = std::move(body);
  return request;
}

Result<http::Response> RemoteServer::send(std::string_view method, std::string_view target, std::string body,
                                          http::Headers headers, bool with_credential) {
  http::Request message = request(method, target, std::move(body), std::move(headers));
  http::CallOptions options = call_options();
  options.body_coding = coding();
  auto response = with_credential ? call(message, options) : client_.send(message, options);
  if (response && response->status == 415 && takes_coded_ && !message.body.empty()) {
    takes_coded_ = false;
    options.body_coding = http::Coding::identity;
    response = client_.send(std::move(message), options);
  }
  if (!response) return response;
  return judge(*std::move(response), true);
}

Result<http::Response> RemoteServer::transfer(http::Request message, bool of_any_type,
                                              std::function<Status(std::string_view)> on_body) {
  message.headers.set("Accept", of_any_type ? "*/*" : std::string(kJson));
  message.headers.set("Accept-Encoding", "identity");
  http::CallOptions options;
  options.stop = stop_;
  options.body_max = kBlobMax;
  options.on_body = std::move(on_body);
  auto response = call(message, options);
  if (!response) return response;
  return judge(*std::move(response), true, of_any_type);
}

std::unique_ptr<http::Pending> RemoteServer::start(std::string_view method, std::string_view target, std::string body,
                                                   http::Headers headers, Sink sink) {
  http::CallOptions options = call_options();
  options.body_coding = coding();
  if (sink.add) {
    options.on_head = [this](const http::Response& head) -> Status {
      const auto believed = judge(head, true);
      return believed ? Status() : Status(believed.error());
    };
    options.on_body = std::move(sink.add);
    options.is_full = std::move(sink.is_full);
  }
  http::Request message = request(method, target, std::move(body), std::move(headers));
  authorize(message);
  return client_.start(std::move(message), std::move(options));
}

Result<http::Response> RemoteServer::finish(http::Pending& pending, bool is_fresh) {
  ASSIGN_OR_RETURN(http::Response response, client_.finish(pending));
  return judge(std::move(response), is_fresh);
}

std::unique_ptr<http::Pending> RemoteServer::start_poll(std::string_view target, http::Headers headers,
                                                        std::int64_t silence_max_ms) {
  http::CallOptions options = call_options();
  options.silence_max_ms = silence_max_ms;
  http::Request message = request("GET", target, {}, std::move(headers));
  authorize(message);
  return client_.start(std::move(message), options);
}

Result<http::Response> RemoteServer::finish_poll(http::Pending& pending) {
  auto response = pending.take();
  if (!response) return response;
  if (response->status == 401 && !cookie_.empty()) {
    cookie_.clear();
    return error(ErrorCode::offline, "The session at the server has ended; the next request begins another.");
  }
  return judge(*std::move(response), false);
}

Status RemoteServer::check_identity(const http::Response& response) {
  const int status = response.status;
  const bool is_json = response.content_type() == kJson;
  if (is_redirect(status)) return portal("a redirect");
  if (status == 511) return portal("network authentication required");
  if (own_) {
    const std::string_view peer = response.headers.get("Tram-Peer");
    if (peer == uuid_) return {};
    if (!peer.empty()) return other_peer();
    if (may_be_a_proxy(status)) return {};
    if (is_json) return other_peer();
  } else if (is_json || may_be_a_proxy(status)) {
    return {};
  }
  return portal(response.content_type().empty() ? "no content type" : response.content_type());
}

Result<http::Response> RemoteServer::judge(http::Response response, bool is_fresh, bool of_any_type) {
  // A stock server's attachment may be HTML; what it must be is told by its document.
  if (!of_any_type || own_ || !is_success(response.status)) RETURN_IF_ERROR(check_identity(response));
  const bool ours = own_ && response.headers.get("Tram-Peer") == uuid_;
  if (!own_ || ours) ++answers_;
  // Not from a refusal: who hears that the history changed must not count the new one as seen.
  if (ours && is_fresh && is_success(response.status) && response.headers.has("Tram-Seqs")) {
    seqs_ = parse_seqs(response.headers.get("Tram-Seqs"));
    ++seqs_told_;
  }
  keep_cookie(response);
  if (is_success(response.status)) {
    if (!of_any_type && response.content_type() != kJson) return portal(response.content_type());
    return response;
  }
  return failure(response);
}

Error RemoteServer::failure(const http::Response& response) const {
  Error failure = wire::read_error(response.status, response.content_type() == kJson ? response.body : "");
  const std::int64_t pause_ms = retry_after_ms(response);
  if (response.status == 503 && pause_ms > 0) failure.code = ErrorCode::busy;
  if (failure.code == ErrorCode::busy) failure.retry_after_ms = pause_ms;
  if (response.status == 507 && pause_ms == 0) failure.retry_after_ms = kDiskFullMs;
  return failure;
}

Result<std::vector<DatabaseInfo>> RemoteServer::infos(const std::vector<std::string>& names) {
  std::vector<DatabaseInfo> infos;
  if (!own_) {
    for (const std::string& name : names) {
      auto response = send("GET", "/" + http::percent_encode(name));
      if (!response && response.error().code != ErrorCode::not_found) return std::move(response).error();
      auto info = json::parse(response ? response->body : "null");
      if (!info) return half_an_answer(info.error());
      infos.push_back(read_info(name, *info));
    }
    return infos;
  }
  const json::Value question = {{"keys", names}};
  ASSIGN_OR_RETURN(const http::Response response, send("POST", "/_dbs_info", json::print(question)));
  auto answer = json::parse(response.body);
  if (!answer) return half_an_answer(answer.error());
  if (!answer->is_array()) return error(ErrorCode::offline, "The answer of _dbs_info is no list.");
  for (const json::Value& row : *answer) {
    const json::Value* info = json::object_at(row, "info");
    infos.push_back(read_info(json::string_at(row, "key").value_or(""), info ? *info : json::Value()));
  }
  return infos;
}

SeqMap parse_seqs(std::string_view text) {
  SeqMap seqs;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    const std::string_view item = trimmed(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
    const auto equals = item.rfind('=');
    if (equals != std::string_view::npos && equals > 0) {
      seqs.insert_or_assign(std::string(item.substr(0, equals)), std::string(item.substr(equals + 1)));
    }
  }
  return seqs;
}

std::int64_t retry_after_ms(const http::Response& response) {
  const std::string_view text = trimmed(response.headers.get("Retry-After"));
  if (text.empty()) return 0;
  std::int64_t seconds = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (failed == std::errc() && end == text.data() + text.size() && seconds >= 0) {
    return std::min(seconds, kRetryAfterMaxMs / 1000) * 1000;
  }
  const auto until = http::parse_http_date(text);
  const auto now = http::parse_http_date(response.headers.get("Date"));
  if (!until || !now) return 0;
  return std::clamp<std::int64_t>(*until - *now, 0, kRetryAfterMaxMs);
}

Error half_an_answer(const Error& why) { return error(ErrorCode::offline, "The answer is incomplete: " + why.message); }

}  // namespace tram
