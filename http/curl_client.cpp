#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <unordered_map>

#include "core/base/system.h"
#include "http/client.h"
#include "http/gzip.h"
#include "http/intake.h"

namespace tram::http {
namespace {

constexpr long kSlowBytesPerSecond = 100;
constexpr long kSlowSeconds = 60;
constexpr std::size_t kHeadersMax = 256 << 10;
constexpr long kConnectionsKept = 4;

struct Counters {
  std::atomic<std::uint64_t> sent{0}, received{0}, requests{0}, connections{0};
};

ErrorCode code_of(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS: return ErrorCode::captive_portal;
    case CURLE_URL_MALFORMAT:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_BAD_FUNCTION_ARGUMENT: return ErrorCode::bad_request;
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT: return ErrorCode::internal;
    default: return ErrorCode::offline;
  }
}

bool is_ours_by_default(std::string_view name) {
  return same_without_case(name, "Accept") || same_without_case(name, "Accept-Encoding") ||
         same_without_case(name, "User-Agent");
}

class CurlCall;

class CurlClient final : public Client {
 public:
  CurlClient(ClientOptions options, const Url& base)
      : options_(std::move(options)), base_(base.text()), multi_(curl_multi_init()) {
    CHECK(multi_ != nullptr);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kConnectionsKept);
  }
  ~CurlClient() override;
  CurlClient(const CurlClient&) = delete;
  CurlClient& operator=(const CurlClient&) = delete;

  std::unique_ptr<Pending> start(Request request, CallOptions options) override;
  bool wait(std::int64_t timeout_ms) override;
  void wakeup() override {
    woken_ = true;
    curl_multi_wakeup(multi_);
  }
  Traffic traffic() const override {
    return {counters_.sent, counters_.received, counters_.requests, counters_.connections};
  }

 private:
  friend class CurlCall;
  void pack(Coding coding, std::string& body, Headers& headers) const;
  void resume();
  bool advance();  // true when a call has ended
  std::int64_t end_overdue(std::int64_t wait_ms);

  ClientOptions options_;
  std::string base_;
  CURLM* multi_;
  Counters counters_;
  SystemClock clock_;
  std::atomic<bool> woken_{false};
  bool has_part_ = false;                       // on_body was given one
  std::unordered_map<CURL*, CurlCall*> calls_;  // under way
};

class CurlCall final : public Pending {
 public:
  CurlCall(CurlClient& client, Request request, CallOptions options);
  ~CurlCall() override;
  CurlCall(const CurlCall&) = delete;
  CurlCall& operator=(const CurlCall&) = delete;

  bool done() const override { return result_.has_value(); }
  Result<Response> take() override {
    CHECK(done());
    return std::move(*result_);
  }

 private:
  friend class CurlClient;
  void set_up();
  void set_up_body();
  void set_up_headers();
  void set_up_connection();
  void finish(CURLcode code);
  void end(Result<Response> result);
  Status receive(std::string_view bytes);
  int status() const;
  static std::size_t on_header(char* data, std::size_t, std::size_t size, void* self);
  static std::size_t on_body(char* data, std::size_t, std::size_t size, void* self);
  static int on_debug(CURL*, curl_infotype type, char*, std::size_t size, void* self);
  static std::size_t on_upload(char* into, std::size_t, std::size_t size, void* self);
  static int on_rewind(void* self, curl_off_t offset, int origin);

  CurlClient& client_;
  Request request_;
  CallOptions options_;
  CURL* easy_;
  curl_slist* headers_ = nullptr;
  char curl_error_[CURL_ERROR_SIZE] = {};
  Response response_;
  std::size_t header_bytes_ = 0;
  std::uint64_t uploaded_ = 0;
  bool head_complete_ = false;  // curl takes a connection that ends among the headers for an answer
  Intake intake_;
  bool rests_ = false;            // until somebody waits
  std::optional<Error> failure_;  // found by us, not by curl
  std::optional<Result<Response>> result_;
  std::int64_t last_byte_ms_;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

CurlCall::CurlCall(CurlClient& client, Request request, CallOptions options)
    : client_(client),
      request_(std::move(request)),
      options_(std::move(options)),
      easy_(curl_easy_init()),
      intake_(options_, client.options_.body_max),
      last_byte_ms_(client.clock_.steady_ms()) {
  CHECK(easy_ != nullptr);
  set_up();
  client_.calls_.emplace(easy_, this);
  curl_multi_add_handle(client_.multi_, easy_);
  if (options_.stop.stop_possible()) on_stop_.emplace(options_.stop, [&owner = client_] { owner.wakeup(); });
}

CurlCall::~CurlCall() {
  on_stop_.reset();
  if (!done()) end(error(ErrorCode::cancelled, "given up"));
  curl_easy_cleanup(easy_);
  curl_slist_free_all(headers_);
}

void CurlCall::set_up() {
  const std::string url = client_.base_ + request_.target;
  curl_easy_setopt(easy_, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy_, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, curl_error_);
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &CurlCall::on_header);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &CurlCall::on_body);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy_, CURLOPT_VERBOSE, 1L);  // for the counting of what is sent
  curl_easy_setopt(easy_, CURLOPT_DEBUGFUNCTION, &CurlCall::on_debug);
  curl_easy_setopt(easy_, CURLOPT_DEBUGDATA, this);
  set_up_connection();
  set_up_body();
  set_up_headers();
}

void CurlCall::set_up_connection() {
  const ClientOptions& options = client_.options_;
  curl_easy_setopt(easy_, CURLOPT_PROXY, options.proxy.c_str());  // empty: none, whatever the environment says
  curl_easy_setopt(easy_, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout_ms));
  if (options_.timeout_ms > 0) curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout_ms));
  if (options_.silence_max_ms == 0) {
    curl_easy_setopt(easy_, CURLOPT_LOW_SPEED_LIMIT, kSlowBytesPerSecond);
    curl_easy_setopt(easy_, CURLOPT_LOW_SPEED_TIME, kSlowSeconds);
  }
  curl_easy_setopt(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.unix_socket.empty()) curl_easy_setopt(easy_, CURLOPT_UNIX_SOCKET_PATH, options.unix_socket.c_str());
  if (!options.ca_file.empty()) curl_easy_setopt(easy_, CURLOPT_CAINFO, options.ca_file.c_str());
  if (!options.pinned_keys.empty()) curl_easy_setopt(easy_, CURLOPT_PINNEDPUBLICKEY, options.pinned_keys.c_str());
}

void CurlCall::set_up_body() {
  const std::string& method = request_.method;
  if (method == "HEAD") {
    curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
    return;
  }
  if (request_.upload) {
    curl_easy_setopt(easy_, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy_, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request_.upload->length));
    curl_easy_setopt(easy_, CURLOPT_READFUNCTION, &CurlCall::on_upload);
    curl_easy_setopt(easy_, CURLOPT_READDATA, this);
    curl_easy_setopt(easy_, CURLOPT_SEEKFUNCTION, &CurlCall::on_rewind);
    curl_easy_setopt(easy_, CURLOPT_SEEKDATA, this);
    curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, method.c_str());
    return;
  }
  client_.pack(options_.body_coding, request_.body, request_.headers);
  if (!request_.body.empty() || method == "POST" || method == "PUT") {
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request_.body.c_str());
  }
  curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, method.c_str());
}

void CurlCall::set_up_headers() {
  request_.headers.set_if_absent("User-Agent", client_.options_.user_agent);
  request_.headers.set_if_absent("Accept-Encoding", "zstd,gzip");
  request_.headers.set_if_absent("Accept", "*/*");
  for (const auto& [name, value] : request_.headers) {
    // curl's spelling of a field without a value, and of one that is not to be sent.
    const bool is_left_out = value.empty() && is_ours_by_default(name);
    const std::string line = is_left_out ? name + ':' : value.empty() ? name + ';' : name + ": " + value;
    headers_ = curl_slist_append(headers_, line.c_str());
  }
  if (!request_.headers.has("Content-Type")) headers_ = curl_slist_append(headers_, "Content-Type:");
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
}

std::size_t CurlCall::on_header(char* data, std::size_t, std::size_t size, void* self) {
  CurlCall& call = *static_cast<CurlCall*>(self);
  call.last_byte_ms_ = call.client_.clock_.steady_ms();
  call.client_.counters_.received += size;
  call.header_bytes_ += size;
  if (call.header_bytes_ > kHeadersMax) {
    call.failure_ = error(ErrorCode::offline, "the answer's headers are too large");
    return 0;
  }
  std::string_view line(data, size);
  if (line.starts_with("HTTP/")) {  // also after 100 Continue: what came before does not count
    call.response_.headers = {};
    call.head_complete_ = false;
    return size;
  }
  if (line == "\r\n" || line == "\n") call.head_complete_ = true;
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && static_cast<unsigned char>(value.back()) <= ' ') value.remove_suffix(1);
  call.response_.headers.add(line.substr(0, colon), value);
  return size;
}

// CURLINFO_REQUEST_SIZE counts a small body once more.
int CurlCall::on_debug(CURL*, curl_infotype type, char*, std::size_t size, void* self) {
  const bool is_sent = type == CURLINFO_HEADER_OUT || type == CURLINFO_DATA_OUT;
  if (is_sent) static_cast<CurlCall*>(self)->client_.counters_.sent += size;
  return 0;
}

std::size_t CurlCall::on_body(char* data, std::size_t, std::size_t size, void* self) {
  CurlCall& call = *static_cast<CurlCall*>(self);
  if (call.failure_) return 0;  // after an error while resuming, curl goes on
  call.last_byte_ms_ = call.client_.clock_.steady_ms();
  call.rests_ = call.options_.is_full && call.options_.is_full();
  if (call.rests_) return CURL_WRITEFUNC_PAUSE;
  call.client_.counters_.received += size;
  if (call.options_.on_body) call.client_.has_part_ = true;
  const Status status = call.receive(std::string_view(data, size));
  if (status) return size;
  call.failure_ = status.error();
  return 0;
}

std::size_t CurlCall::on_upload(char* into, std::size_t, std::size_t size, void* self) {
  CurlCall& call = *static_cast<CurlCall*>(self);
  call.last_byte_ms_ = call.client_.clock_.steady_ms();
  auto part = call.request_.upload->read(call.uploaded_, size);
  if (!part) {
    call.failure_ = part.error();
    return CURL_READFUNC_ABORT;
  }
  std::copy(part->begin(), part->end(), into);
  call.uploaded_ += part->size();
  return part->size();
}

int CurlCall::on_rewind(void* self, curl_off_t offset, int origin) {
  if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<CurlCall*>(self)->uploaded_ = static_cast<std::uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

Status CurlCall::receive(std::string_view bytes) {
  if (response_.status == 0) response_.status = status();
  return intake_.add(bytes, response_);
}

int CurlCall::status() const {
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

void CurlCall::finish(CURLcode code) {
  if (code != CURLE_OK || failure_) {
    if (failure_) return end(std::move(*failure_));
    return end(error(code_of(code), curl_error_[0] != '\0' ? curl_error_ : curl_easy_strerror(code)));
  }
  if (!head_complete_) return end(error(ErrorCode::offline, "the answer ends among its headers"));
  response_.status = status();
  if (Status whole = intake_.finish(response_); !whole) return end(whole.error());
  end(std::move(response_));
}

void CurlCall::end(Result<Response> result) {
  long connects = 0;
  curl_easy_getinfo(easy_, CURLINFO_NUM_CONNECTS, &connects);
  client_.counters_.connections += static_cast<std::uint64_t>(connects);
  ++client_.counters_.requests;
  client_.calls_.erase(easy_);
  curl_multi_remove_handle(client_.multi_, easy_);
  result_.emplace(std::move(result));
}

void CurlClient::pack(Coding coding, std::string& body, Headers& headers) const {
  coding = coding_for(body.size(), coding);
  if (coding == Coding::identity || headers.has("Content-Encoding")) return;
  std::string packed = encode(coding, body);
  if (packed.size() >= body.size()) return;
  body = std::move(packed);
  headers.set("Content-Encoding", name_of(coding));
}

CurlClient::~CurlClient() {
  CHECK(calls_.empty());  // a call must not outlive its client
  curl_multi_cleanup(multi_);
}

std::unique_ptr<Pending> CurlClient::start(Request request, CallOptions options) {
  auto call = std::make_unique<CurlCall>(*this, std::move(request), std::move(options));
  call->response_.status = 0;
  advance();  // sends what can be sent now
  return call;
}

void CurlClient::resume() {
  for (const auto& [easy, call] : calls_) {
    if (std::exchange(call->rests_, false)) curl_easy_pause(easy, CURLPAUSE_CONT);
  }
}

bool CurlClient::advance() {
  int running = 0;
  curl_multi_perform(multi_, &running);
  bool ended = false;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    calls_.at(message->easy_handle)->finish(code);
    ended = true;
  }
  return ended;
}

std::int64_t CurlClient::end_overdue(std::int64_t wait_ms) {
  const std::int64_t now_ms = clock_.steady_ms();
  std::vector<CurlCall*> stopped, silent;
  for (const auto& [easy, call] : calls_) {
    if (call->options_.stop.stop_requested()) {
      stopped.push_back(call);
    } else if (call->options_.silence_max_ms > 0) {
      const std::int64_t left_ms = call->last_byte_ms_ + call->options_.silence_max_ms - now_ms;
      if (left_ms <= 0) silent.push_back(call);
      wait_ms = wait_ms < 0 ? left_ms : std::min(wait_ms, left_ms);
    }
  }
  for (CurlCall* call : stopped) call->end(error(ErrorCode::cancelled, "the program is stopping"));
  for (CurlCall* call : silent) call->end(error(ErrorCode::offline, "nothing came from the peer for too long"));
  return stopped.empty() && silent.empty() ? wait_ms : 0;
}

bool CurlClient::wait(std::int64_t timeout_ms) {
  const std::int64_t deadline_ms = clock_.steady_ms() + timeout_ms;
  resume();
  while (true) {
    const std::size_t before = calls_.size();
    const bool ended = advance();
    const std::int64_t left_ms = timeout_ms < 0 ? -1 : std::max<std::int64_t>(0, deadline_ms - clock_.steady_ms());
    const std::int64_t wait_ms = end_overdue(left_ms);
    if (woken_.exchange(false)) return true;
    if (ended || std::exchange(has_part_, false) || calls_.size() < before || left_ms == 0) return false;
    constexpr std::int64_t kPollMax = 60'000;
    const std::int64_t poll_ms = wait_ms < 0 ? kPollMax : std::min(wait_ms, kPollMax);
    curl_multi_poll(multi_, nullptr, 0, static_cast<int>(poll_ms), nullptr);
  }
}

}  // namespace

Result<std::unique_ptr<Client>> make_curl_client(ClientOptions options) {
  ASSIGN_OR_RETURN(const Url base, parse_url(options.base_url));
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) return error(ErrorCode::internal, "libcurl does not start");
  return std::unique_ptr<Client>(std::make_unique<CurlClient>(std::move(options), base));
}

}  // namespace tram::http
