#include "http/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>

namespace tram::http {
namespace {

constexpr std::size_t kPieceMax = 16 << 10;  // one record

std::string last_reason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason != nullptr ? reason : "unknown reason";
}

Error wrong_file(const std::string& what, const std::string& file) {
  return error(ErrorCode::usage, what + " " + file + ": " + last_reason());
}

}  // namespace

struct TlsIdentity::State {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { SSL_CTX_free(context); }
};

TlsIdentity::TlsIdentity(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsIdentity::~TlsIdentity() = default;

Result<std::shared_ptr<TlsIdentity>> TlsIdentity::load(const std::string& certificate_file,
                                                       const std::string& key_file) {
  auto state = std::make_unique<State>();
  SSL_CTX* context = state->context;
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1) {
    return wrong_file("cannot use the certificate", certificate_file);
  }
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return wrong_file("cannot use the key", key_file);
  }
  if (SSL_CTX_check_private_key(context) != 1)
    return wrong_file("the certificate does not belong to the key", key_file);
  return std::shared_ptr<TlsIdentity>(new TlsIdentity(std::move(state)));
}

struct TlsChannel::State {
  SSL* ssl;
  explicit State(SSL_CTX* context) : ssl(SSL_new(context)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { SSL_free(ssl); }

  Outcome outcome(int result) {
    if (result > 0) return Outcome::some;
    switch (SSL_get_error(ssl, result)) {
      case SSL_ERROR_WANT_READ: return Outcome::wants_input;
      case SSL_ERROR_WANT_WRITE: return Outcome::wants_output;
      default: ERR_clear_error(); return Outcome::gone;
    }
  }
};

TlsChannel::TlsChannel(const TlsIdentity& identity, int socket)
    : state_(std::make_unique<State>(identity.state_->context)) {
  SSL_set_fd(state_->ssl, socket);
  SSL_set_accept_state(state_->ssl);
}
TlsChannel::~TlsChannel() = default;

TlsChannel::Outcome TlsChannel::read(std::span<char> into, std::size_t& size) {
  ERR_clear_error();
  return state_->outcome(SSL_read_ex(state_->ssl, into.data(), into.size(), &size));
}

TlsChannel::Outcome TlsChannel::peek() {
  char byte = 0;
  std::size_t size = 0;
  ERR_clear_error();
  return state_->outcome(SSL_peek_ex(state_->ssl, &byte, 1, &size));
}

TlsChannel::Outcome TlsChannel::write(std::string_view bytes, std::size_t& size) {
  ERR_clear_error();
  return state_->outcome(SSL_write_ex(state_->ssl, bytes.data(), std::min(bytes.size(), kPieceMax), &size));
}

bool TlsChannel::has_input() const { return SSL_pending(state_->ssl) > 0; }

void TlsChannel::say_goodbye() {
  ERR_clear_error();
  if (SSL_is_init_finished(state_->ssl)) SSL_shutdown(state_->ssl);
  ERR_clear_error();
}

}  // namespace tram::http
