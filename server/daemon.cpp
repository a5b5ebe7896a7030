#include "server/daemon.h"

#include <algorithm>
#include <cstdio>

#include "core/base/log.h"
#include "core/base/memory.h"
#include "core/base/thread.h"
#include "http/static_files.h"
#include "server/figure_tables.h"
#include "server/reviews.h"
#include "server/service.h"
#include "storage/data_folder.h"
#include "sync/routes.h"
#include "web_bundle.h"

namespace tram {
namespace {

constexpr std::int64_t kUpkeepMs = 60'000;
constexpr std::size_t kSweepRounds = 60;
constexpr std::uint64_t kReserveBytes = 256ULL << 20;
constexpr std::size_t kCommandWorkers = 2;
constexpr std::int64_t kWaitMs = 10'000;
constexpr std::int64_t kPauseMs = 50;
constexpr const char* kSocketFile = "/tram.sock";
constexpr std::size_t kOwnDescriptors = 64;  // the province's own files, the doors, a command
constexpr std::size_t kDatabaseDescriptors = 6;
constexpr std::size_t kLeastDescriptors = 128;

// A busy port is no busy data directory: exit 1, not 75.
Error port_error(const Error& error, const ServerSettings& settings) {
  Error other = error;
  if (other.code == ErrorCode::in_use) {
    other.code = ErrorCode::storage_error;
    other.name = "port_in_use";
  }
  other.message = "cannot listen on " + settings.listen() + ": " + error.message;
  return other;
}

// Commands hold the folder for a moment and are waited for; another server is not.
Result<DataFolder> take_folder(const std::string& path, Clock& clock) {
  const std::int64_t end_ms = clock.steady_ms() + kWaitMs;
  while (true) {
    auto folder = DataFolder::acquire(path, false, 0, clock);
    if (folder || folder.error().code != ErrorCode::in_use) return folder;
    if (http::control_answers(path + kSocketFile)) {
      return error(ErrorCode::in_use, "another tram-server runs on " + path + "; stop it first, or use it as it is");
    }
    if (clock.steady_ms() >= end_ms) return folder;
    clock.sleep_ms(kPauseMs, {});
  }
}

// Of the descriptors, databases take half at most: kept open, they would leave none for whoever comes.
std::size_t databases_max() {
  const std::size_t half = (service::descriptors_max() - kOwnDescriptors) / 2;
  return std::min(half / kDatabaseDescriptors, ProvinceOptions().open_max);
}

bool is_loopback(const http::Request& request) {
  const bool near = request.remote_address.starts_with("127.") || request.remote_address == "::1";
  // Behind a proxy everybody seems near.
  return near && !request.headers.has("X-Forwarded-For") && !request.headers.has("Forwarded");
}

}  // namespace

Daemon::Daemon(DataFolder folder, ServerSettings settings, Clock& clock, Random& random)
    : folder_(std::move(folder)), settings_(std::move(settings)), options_{&clock, &random, databases_max()} {}

Daemon::~Daemon() { stop(); }

Result<std::unique_ptr<Daemon>> Daemon::start(const std::string& path, const ServerSettings& settings, Clock& clock,
                                              Random& random) {
  ASSIGN_OR_RETURN(DataFolder folder, take_folder(path, clock));
  std::unique_ptr<Daemon> daemon(new Daemon(std::move(folder), settings, clock, random));
  RETURN_IF_ERROR(daemon->open_province());
  RETURN_IF_ERROR(daemon->listen());
  ASSIGN_OR_RETURN(daemon->control_, http::ControlServer::start(
                                         path + kSocketFile, kCommandWorkers,
                                         [d = daemon.get()](const auto& command) { return d->run_command(command); }));
  ASSIGN_OR_RETURN(daemon->upkeep_, start_thread([d = daemon.get()](const std::stop_token& stop) { d->upkeep(stop); }));
  return daemon;
}

void Daemon::stop() {
  upkeep_.request_stop();
  if (control_) control_->stop();
  if (server_) server_->stop();
  if (upkeep_.joinable()) upkeep_.join();
  control_.reset();
  server_.reset();
  replication_ = nullptr;
  api_.reset();
  figures_ = {};
  province_.reset();
}

Status Daemon::open_province() {
  ASSIGN_OR_RETURN(province_, Province::open(folder_.path(), options_));
  api_ = std::make_unique<Api>(*province_, settings_.proxies);
  ASSIGN_OR_RETURN(
      figures_, start_thread([tables = &province_->figures()](const std::stop_token& stop) { tables->follow(stop); }));
  ReplicationOptions options;
  options.databases = &province_->databases();
  options.clock = options_.clock;
  options.random = options_.random;
  options.uuid = province_->uuid();
  options.authenticate = [this](const http::Request& request) { return authenticate(request); };
  options.sign_in = [this](const http::Request& request) { return province_->accounts().sign_in(request); };
  options.renew = [this](const http::Request& request, http::Response& response) {
    province_->accounts().renew(request, response);
  };
  options.sign_out = [this](const http::Request&) { return province_->accounts().sign_out(); };
  options.origins = settings_.origins;
  replication_ = make_replication_handler(std::move(options));
  return {};
}

Status Daemon::listen() {
  http::ServerOptions options;
  options.host = settings_.host;
  options.port = settings_.port;
  options.tls_certificate = settings_.tls_certificate;
  options.tls_key = settings_.tls_key;
  options.workers = settings_.workers;
  options.clock = options_.clock;
  const std::size_t others = kOwnDescriptors + options_.open_max * kDatabaseDescriptors;
  options.connections_max = std::min(options.connections_max, service::descriptors_max() - others);
  take_large_bodies(options, folder_.path(), [this](const http::Request& request) { return authenticate(request); });
  auto server = http::Server::start(options, make_handler());
  if (!server) return port_error(server.error(), settings_);
  server_ = std::move(*server);
  settings_.port = server_->port();
  return {};
}

http::Handler Daemon::make_handler() {
  return [this](const http::Request& request) {
    const std::int64_t begin = options_.clock->steady_ms();
    http::Response response = answer(request);
    const int status = response.later ? 0 : response.status;
    metrics_.count(status);
    log::debug("request", {{"method", request.method},
                           {"path", std::string(request.path())},
                           {"status", std::to_string(status)},
                           {"ms", std::to_string(options_.clock->steady_ms() - begin)},
                           {"from", request.remote_address}});
    return response;
  };
}

http::Response Daemon::answer(const http::Request& request) {
  const std::string_view path = request.path();
  const bool is_api = path == "/api" || path.starts_with("/api/");
  if (is_api || path == "/metrics" || http::is_static(request)) {
    if (const Status known = check_host(request, settings_.hosts); !known) return api_error(known.error());
  }
  if (is_api) return api_->answer(request);
  if (path == "/metrics") return metrics(request);
  if (http::is_static(request)) return http::serve_static(province_pages(), request);
  return replication_(request);
}

http::Response Daemon::metrics(const http::Request& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    http::Response response = http::error_response(405, "method_not_allowed", "Only GET,HEAD allowed");
    response.headers.set("Allow", "GET, HEAD");
    return response;
  }
  if (!is_loopback(request)) {
    const auto principal = authenticate(request);
    if (!principal) return http::error_response(principal.error());
    if (!principal->admin) return http::error_response(403, "forbidden", "metrics are for the administrator");
  }
  return http::text_response(200, metrics_.print(*province_, server_->stats()), "text/plain; version=0.0.4");
}

Result<Principal> Daemon::authenticate(const http::Request& request) {
  auto principal = province_->accounts().authenticate(request);
  if (principal && !principal->office.empty()) {
    province_->registry().note_contact(principal->office, utc_text(options_.clock->wall_ms()));
  }
  return principal;
}

Result<Province*> Daemon::province() {
  if (!province_) return error(ErrorCode::internal, "the province could not be opened again");
  return province_.get();
}

Status Daemon::exchange(const std::function<Status(const std::string& folder)>& work) {
  // Nothing may hold a store while its files are exchanged: no request, no long poll.
  server_->stop();
  server_.reset();
  replication_ = nullptr;
  api_.reset();
  figures_ = {};
  province_.reset();
  const Status worked = work(folder_.path());
  Status opened = open_province();
  if (opened) opened = listen();
  if (!opened) {
    log::error("not_open_again", {{"reason", opened.error().message}});
    service::end_program();
    return opened;
  }
  return worked;
}

http::Outcome Daemon::run_command(const http::Command& command) {
  const ServerParsed parsed = parse_server_line(command.arguments);
  if (parsed.answer) return *parsed.answer;
  log::info("command", {{"verb", parsed.line.verb}, {"user", command.user}});
  const Typed typed{parsed.line, command.folder, command.user};
  if (parsed.line.verb == "restore") {
    const std::unique_lock lock(commands_);
    return execute_command(typed, *this);
  }
  const std::shared_lock lock(commands_);
  return execute_command(typed, *this);
}

void Daemon::upkeep(const std::stop_token& stop) {
  std::size_t rounds = 0;
  for (std::int64_t pause_ms = 1000; options_.clock->sleep_ms(pause_ms, stop); pause_ms = kUpkeepMs) {
    give_back_memory();
    const std::shared_lock lock(commands_);
    if (!province_) continue;
    (void)keep_reserve(province_->folder(), kReserveBytes);
    if (auto flushed = province_->registry().flush_contacts(); !flushed) {
      log::warning("contacts_not_saved", {{"reason", flushed.error().message}});
    }
    if (const auto closed = close_reopenings(*province_); !closed) {
      log::warning("reopenings_not_closed", {{"reason", closed.error().message}});
    }
    const bool sweeps = ++rounds % kSweepRounds == 0;
    for (const auto& database : province_->databases().opened()) {
      if (const Status folded = database->store->fold_log(); !folded) {
        log::warning("log_not_folded", {{"database", database->name}, {"why", folded.error().message}});
      }
      if (!sweeps) continue;
      if (const Status swept = database->store->sweep_blobs(); !swept) {
        log::warning("attachments_not_swept", {{"database", database->name}, {"why", swept.error().message}});
      }
    }
  }
}

namespace {

// A command alone on a folder: opens the province when it is asked for.
class Alone final : public Host {
 public:
  Alone(std::string folder, Clock& clock, Random& random) : folder_(std::move(folder)), options_{&clock, &random} {}

  Result<Province*> province() override {
    if (!province_) {
      ASSIGN_OR_RETURN(province_, Province::open(folder_, options_));
    }
    return province_.get();
  }
  Status exchange(const std::function<Status(const std::string& folder)>& work) override {
    province_.reset();
    return work(folder_);
  }
  bool is_running() const override { return false; }
  const ProvinceOptions& options() const override { return options_; }

 private:
  const std::string folder_;
  const ProvinceOptions options_;
  std::unique_ptr<Province> province_;
};

Status serve_until_signal(const ServerLine& line, Clock& clock, Random& random) {
  ServerSettings settings;
  if (!line.config.empty()) {
    ASSIGN_OR_RETURN(settings, read_server_settings(line.config));
  }
  if (!line.listen.empty()) RETURN_IF_ERROR(set_listen(settings, line.listen));
  log::set_level(settings.log_level);
  service::prepare();
  if (service::descriptors_max() < kLeastDescriptors) {
    return error(ErrorCode::usage, "this process may have only " + std::to_string(service::descriptors_max()) +
                                       " files open, and needs " + std::to_string(kLeastDescriptors) +
                                       " at least; raise LimitNOFILE (ulimit -n)");
  }
  ASSIGN_OR_RETURN(const auto daemon, Daemon::start(line.data, settings, clock, random));
  const std::string address = (settings.serves_tls() ? "https://" : "http://") + daemon->settings().listen();
  std::printf("listening on %s\n", address.c_str());
  std::fflush(stdout);
  log::info("started", {{"listen", address}});
  service::ready();
  service::wait_for_signal();
  service::stopping();
  daemon->stop();
  log::info("stopped");
  return {};
}

}  // namespace

http::Outcome run_daemon(const ServerLine& line, Clock& clock, Random& random) {
  const Status served = serve_until_signal(line, clock, random);
  return served.ok() ? http::Outcome{} : failed(served.error());
}

http::Outcome run_command(const ServerLine& line, const http::Command& command, Clock& clock, Random& random) {
  const auto alone = [&]() -> Result<http::Outcome> {
    const bool may_be_new = line.verb == "restore";
    ASSIGN_OR_RETURN(const DataFolder folder, DataFolder::acquire(line.data, may_be_new, 0, clock));
    Alone host(line.data, clock, random);
    return execute_command(Typed{line, command.folder, command.user}, host);
  };
  const auto outcome = http::do_alone_or_ask(line.data + kSocketFile, command, kWaitMs, clock, alone);
  return outcome ? *outcome : failed(outcome.error());
}

}  // namespace tram
