#include "http/server.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>

#include "core/base/thread.h"
#include "http/session.h"

namespace tram::http {
namespace {

namespace asio = boost::asio;
using Code = boost::system::error_code;
using Executor = asio::io_context::executor_type;
using Tcp = asio::ip::tcp;
using Local = asio::local::stream_protocol;
template <typename Protocol>
using Acceptor = asio::basic_socket_acceptor<Protocol, Executor>;

constexpr std::int64_t kAcceptPauseMs = 100;

std::string address_of(const Tcp::endpoint& endpoint) { return endpoint.address().to_string(); }
std::string address_of(const Local::endpoint&) { return {}; }

Error listen_error(const Code& code, const std::string& what) {
  if (code == asio::error::access_denied) return error(ErrorCode::forbidden, "no permission to listen on " + what);
  return error(ErrorCode::bad_request, "cannot listen on " + what + ": " + code.message());
}

bool answers(asio::io_context& io, const std::string& path) {
  asio::basic_stream_socket<Local, Executor> probe(io);
  Code code;
  probe.connect(Local::endpoint(path), code);
  return !code;
}

}  // namespace

class Server::Impl {
 public:
  Impl(ServerOptions options, Handler handler, std::shared_ptr<TlsIdentity> identity)
      : shared_(std::make_shared<Shared>(std::move(options), std::move(handler), std::move(identity))),
        tcp_(shared_->io.context()),
        local_(shared_->io.context()),
        pause_(shared_->io.context()) {}

  ~Impl() { stop(); }

  Status listen() {
    const ServerOptions& options = shared_->options;
    if (!options.host.empty()) RETURN_IF_ERROR(listen_tcp(options));
    if (!options.unix_socket.empty()) RETURN_IF_ERROR(listen_local(options.unix_socket));
    if (tcp_.is_open()) accept(tcp_);
    if (local_.is_open()) accept(local_);
    RETURN_IF_ERROR(shared_->workers.start(options.workers));
    ASSIGN_OR_RETURN(io_thread_, start_thread([this] { shared_->io.run(); }));
    return {};
  }

  std::uint16_t port() const { return port_; }

  ServerStats stats() const {
    const std::lock_guard lock(shared_->mutex);
    return {shared_->sessions.size(), shared_->waiting, shared_->running, shared_->requests,
            shared_->answer_times.told()};
  }

  void stop();

 private:
  Status listen_tcp(const ServerOptions& options);
  Status listen_local(const std::string& path);
  template <typename Protocol>
  void accept(Acceptor<Protocol>& acceptor);
  template <typename Protocol>
  void admit(asio::basic_stream_socket<Protocol, Executor> socket, const typename Protocol::endpoint& peer);
  void for_each_session(void (*act)(Session&));

  std::shared_ptr<Shared> shared_;
  Acceptor<Tcp> tcp_;
  Acceptor<Local> local_;
  asio::steady_timer pause_;  // after a failed accept
  std::jthread io_thread_;
  std::uint16_t port_ = 0;
  bool owns_path_ = false;
  bool stopped_ = false;
};

Status Server::Impl::listen_tcp(const ServerOptions& options) {
  const std::string what = options.host + " port " + std::to_string(options.port);
  Code code;
  const auto address = asio::ip::make_address(options.host == "localhost" ? "127.0.0.1" : options.host, code);
  if (code) return error(ErrorCode::bad_request, "\"" + options.host + "\" is not an IP address to listen on");
  const Tcp::endpoint endpoint(address, options.port);
  tcp_.open(endpoint.protocol(), code);
  if (!code) tcp_.set_option(asio::socket_base::reuse_address(true), code);
  if (!code) tcp_.bind(endpoint, code);
  if (!code) tcp_.listen(asio::socket_base::max_listen_connections, code);
  if (code == asio::error::address_in_use) {
    return error(ErrorCode::in_use, "port " + std::to_string(options.port) +
                                        " is in use by another program; choose another with --listen");
  }
  if (code) return listen_error(code, what);
  port_ = tcp_.local_endpoint(code).port();
  return {};
}

Status Server::Impl::listen_local(const std::string& path) {
  Code code;
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return error(ErrorCode::bad_request, "the path of the Unix socket is too long: " + path);
  }
  if (answers(shared_->io.context(), path)) return error(ErrorCode::in_use, path + " is in use by another program");
  struct stat info {};
  if (::lstat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode)) ::unlink(path.c_str());
  local_.open(Local(), code);
  if (!code) local_.bind(Local::endpoint(path), code);
  if (code) return listen_error(code, path);
  owns_path_ = true;
  // Nobody can connect before listen(), so the mode is in place in time; a umask would be the whole process's.
  if (::chmod(path.c_str(), 0600) != 0) return error(ErrorCode::forbidden, "cannot protect " + path);
  local_.listen(asio::socket_base::max_listen_connections, code);
  if (code) return listen_error(code, path);
  return {};
}

template <typename Protocol>
void Server::Impl::accept(Acceptor<Protocol>& acceptor) {
  auto peer = std::make_shared<typename Protocol::endpoint>();
  acceptor.async_accept(
      *peer, [this, &acceptor, peer](const Code& code, asio::basic_stream_socket<Protocol, Executor> socket) {
        if (!acceptor.is_open() || code == asio::error::operation_aborted) return;
        if (!code) {
          admit<Protocol>(std::move(socket), *peer);
          return accept(acceptor);
        }
        // Out of descriptors, most likely: some connections must end first.
        pause_.expires_after(std::chrono::milliseconds(kAcceptPauseMs));
        pause_.async_wait([this, &acceptor](const Code& aborted) {
          if (!aborted && acceptor.is_open()) accept(acceptor);
        });
      });
}

template <typename Protocol>
void Server::Impl::admit(asio::basic_stream_socket<Protocol, Executor> socket,
                         const typename Protocol::endpoint& peer) {
  {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->sessions.size() >= shared_->options.connections_max) return;
  }
  Code code;
  const int handle = socket.release(code);
  if (!code) std::make_shared<Session>(shared_, handle, address_of(peer))->start();
}

void Server::Impl::for_each_session(void (*act)(Session&)) {
  std::vector<std::shared_ptr<Session>> sessions;
  {
    const std::lock_guard lock(shared_->mutex);
    for (Session* session : shared_->sessions) {
      if (auto held = session->weak_from_this().lock()) sessions.push_back(std::move(held));
    }
  }
  for (const auto& session : sessions) act(*session);
}

void Server::Impl::stop() {
  if (std::exchange(stopped_, true)) return;
  shared_->io.post([this] {
    Code code;
    tcp_.close(code);
    local_.close(code);
    pause_.cancel();
    shared_->draining = true;
    for_each_session([](Session& session) { session.drain(); });
  });
  if (io_thread_.joinable()) {
    std::unique_lock lock(shared_->mutex);
    shared_->all_closed.wait_for(lock, std::chrono::milliseconds(shared_->options.drain_ms),
                                 [this] { return shared_->sessions.empty(); });
    lock.unlock();
    shared_->io.post([this] { for_each_session([](Session& session) { session.close(); }); });
    shared_->workers.stop();
    shared_->io.finish();
    io_thread_.join();  // with every session closed, nothing is left to run
  }
  if (owns_path_) ::unlink(shared_->options.unix_socket.c_str());
}

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Handler handler) {
  std::shared_ptr<TlsIdentity> identity;
  if (!options.tls_certificate.empty() || !options.tls_key.empty()) {
    ASSIGN_OR_RETURN(identity, TlsIdentity::load(options.tls_certificate, options.tls_key));
  }
  auto impl = std::make_unique<Impl>(std::move(options), std::move(handler), std::move(identity));
  RETURN_IF_ERROR(impl->listen());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;
std::uint16_t Server::port() const { return impl_->port(); }
ServerStats Server::stats() const { return impl_->stats(); }
void Server::stop() { impl_->stop(); }

}  // namespace tram::http
