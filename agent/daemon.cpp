#include "agent/daemon.h"

#include <atomic>
#include <cstdio>

#include "agent/api.h"
#include "agent/commands.h"
#include "agent/line.h"
#include "agent/local_api.h"
#include "agent/service.h"
#include "agent/settings.h"
#include "agent/setup.h"
#include "core/base/memory.h"
#include "http/server.h"
#include "sync/local_peer.h"

namespace tram::agent {
namespace {

constexpr std::int64_t kWaitMs = 10'000;
constexpr std::int64_t kPauseMs = 50;
constexpr std::uint64_t kReserveBytes = 32ULL << 20;
constexpr std::size_t kCommandWorkers = 8;

std::string socket_of(const std::string& data) { return data + "/" + kSocketFile; }

// Commands hold the folder for a moment and are waited for; another daemon is not.
Result<DataFolder> take_folder(const std::string& data, Clock& clock) {
  RETURN_IF_ERROR(read_enrolment(data));
  const std::int64_t end_ms = clock.steady_ms() + kWaitMs;
  while (true) {
    auto folder = DataFolder::acquire(data, false, 0, clock);
    if (folder || folder.error().code != ErrorCode::in_use) return folder;
    if (http::control_answers(socket_of(data))) {
      return error(ErrorCode::in_use, "another tram-agent runs on " + data + "; stop it first, or use it as it is");
    }
    if (clock.steady_ms() >= end_ms) return folder;
    clock.sleep_ms(kPauseMs, {});
  }
}

Result<Settings> settings_of(const CommandLine& line) {
  Settings settings;
  if (!line.config.empty()) {
    ASSIGN_OR_RETURN(settings, read_settings(line.config));
  }
  if (!line.listen.empty()) {
    ASSIGN_OR_RETURN(settings.listen, parse_listen(line.listen));
  }
  return settings;
}

Outcome do_command(Office& office, const http::Command& command) {
  const Parsed parsed = parse_command_line(command.arguments);
  if (parsed.answer) return *parsed.answer;
  return execute(office, parsed.line, Caller{command.folder, command.user});
}

// A busy port is no busy data directory: exit 1, not 75.
Error port_error(const Error& error, const Listen& listen) {
  Error other = error;
  if (other.code == ErrorCode::in_use) other.code = ErrorCode::storage_error;
  other.message = "cannot listen on " + listen.text() + ": " + error.message;
  return other;
}

Result<std::unique_ptr<http::Server>> serve_page(Office& office, PageSessions& sessions, const Listen& listen) {
  auto port = std::make_shared<std::atomic<std::uint16_t>>(0);
  const auto neighbour = [port](const http::Request&) { return neighbours_at(port->load()); };
  const ApiOptions api{port, &sessions, neighbour};
  http::ServerOptions options;
  options.host = listen.host;
  options.port = listen.port;
  options.headers = {{"X-Frame-Options", "DENY"}};
  take_files(options, office, api);
  auto server = http::Server::start(options, make_api(office, api));
  if (!server) return port_error(server.error(), listen);
  port->store((*server)->port());
  Listen real = listen;
  real.port = (*server)->port();
  RETURN_IF_ERROR(sessions.start("http://" + real.text()));
  return server;
}

Status serve(Office& office, const Settings& settings) {
  RETURN_IF_ERROR(merge_pending(office.own(), nullptr));
  PageSessions sessions(office.folder(), office.own().instance_uuid(), office.clock(), office.random());
  ASSIGN_OR_RETURN(const auto page, serve_page(office, sessions, settings.listen));
  auto local_api = serve_local_api(office, settings.local_api);
  if (!local_api) return port_error(local_api.error(), settings.local_api.listen);
  LineBudget budget(office.folder(), office.clock());
  ASSIGN_OR_RETURN(LineParts parts, connect(office, &budget));
  LiveLine line(std::move(parts), budget, office.clock());
  RETURN_IF_ERROR(line.start());
  office.set_line(&line);
  ASSIGN_OR_RETURN(const auto control, http::ControlServer::start(
                                           socket_of(office.folder()), kCommandWorkers,
                                           [&](const http::Command& command) { return do_command(office, command); }));
  Listen listen = settings.listen;
  listen.port = page->port();
  std::printf("listening on http://%s\n", listen.text().c_str());
  std::fflush(stdout);
  log::info("started", {{"office", office.enrolment().office}, {"listen", listen.text()}});
  service::ready();
  service::wait_for_signal([&] {
    (void)keep_reserve(office.folder(), kReserveBytes);
    for (Store* store : {&office.own(), &office.reference_store()}) {
      if (const Status folded = store->fold_log(); !folded) {
        log::warning("log_not_folded", {{"file", store->path()}, {"reason", folded.error().message}});
      }
    }
    give_back_memory();
  });
  service::stopping();
  line.stop();
  control->stop();
  page->stop();
  sessions.stop();
  if (*local_api) (*local_api)->stop();
  log::info("stopped");
  return {};
}

Status run(const CommandLine& line, Clock& clock, Random& random) {
  ASSIGN_OR_RETURN(const Settings settings, settings_of(line));
  log::set_level(settings.log_level);
  service::hold_signals();
  ASSIGN_OR_RETURN(DataFolder folder, take_folder(line.data, clock));
  ASSIGN_OR_RETURN(const auto office, Office::open(std::move(folder), clock, random));
  return serve(*office, settings);
}

}  // namespace

Outcome run_daemon(const CommandLine& line, Clock& clock, Random& random) {
  const Status status = run(line, clock, random);
  return status.ok() ? Outcome{} : failed(status.error());
}

Outcome run_command(const CommandLine& line, const http::Command& command, Clock& clock, Random& random) {
  const bool restoring = line.verb == "restore";
  const Caller caller{command.folder, command.user};
  const auto alone = [&]() -> Result<Outcome> {
    if (restoring) {
      RETURN_IF_ERROR(restore(line.data, absolute(caller, line.file), clock, random));
      return Outcome{};
    }
    RETURN_IF_ERROR(read_enrolment(line.data));
    ASSIGN_OR_RETURN(DataFolder folder, DataFolder::acquire(line.data, false, 0, clock));
    ASSIGN_OR_RETURN(const auto office, Office::open(std::move(folder), clock, random));
    return execute(*office, line, caller);
  };
  const auto outcome = http::do_alone_or_ask(socket_of(line.data), command, kWaitMs, clock, alone);
  return outcome ? *outcome : failed(outcome.error());
}

}  // namespace tram::agent
