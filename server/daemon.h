// server/daemon.h: `tram-server run`: keeps a province's data directory open, serves it over HTTP, and does the commands
// typed meanwhile (http/control.h).
//
// Threads: http (one for sockets, `workers` more), commands (a few), upkeep (one), figures (one), and whoever made it.
#pragma once

#include <memory>
#include <shared_mutex>
#include <string>
#include <thread>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "http/control.h"
#include "http/server.h"
#include "server/api.h"
#include "server/commands.h"
#include "server/metrics.h"
#include "server/province.h"
#include "server/settings.h"
#include "storage/data_folder.h"

namespace tram {

class Daemon final : public Host {
 public:
  // Takes the folder, listens, and serves from here on. Errors: in_use (another server runs on the folder); storage_error
  // named port_in_use; those of Province::open and of listening.
  static Result<std::unique_ptr<Daemon>> start(const std::string& folder, const ServerSettings& settings, Clock& clock,
                                               Random& random);
  ~Daemon() override;  // stops
  void stop();         // once; lets running requests and commands end

  const ServerSettings& settings() const { return settings_; }  // with the port that was really taken

  Result<Province*> province() override;
  Status exchange(const std::function<Status(const std::string& folder)>& work) override;
  bool is_running() const override { return true; }
  const ProvinceOptions& options() const override { return options_; }

 private:
  Daemon(DataFolder folder, ServerSettings settings, Clock& clock, Random& random);
  Status open_province();
  Status listen();
  http::Handler make_handler();
  http::Response answer(const http::Request& request);
  http::Response metrics(const http::Request& request);
  Result<Principal> authenticate(const http::Request& request);
  http::Outcome run_command(const http::Command& command);
  void upkeep(const std::stop_token& stop);

  DataFolder folder_;
  ServerSettings settings_;
  const ProvinceOptions options_;
  std::shared_mutex commands_;  // shared by commands; alone: restore, which closes the province
  std::unique_ptr<Province> province_;
  std::unique_ptr<Api> api_;
  http::Handler replication_;
  Metrics metrics_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<http::ControlServer> control_;
  std::jthread upkeep_;
  std::jthread figures_;  // keeps the tables of figures up to date
};

// Runs until SIGTERM or SIGINT; prints `listening on http://HOST:PORT` on standard output when ready. Exit codes: 0
// stopped; 1 (port in use, disk); 2 (configuration); 75 (another server runs here); 78 (newer schema).
http::Outcome run_daemon(const ServerLine& line, Clock& clock, Random& random);

// A command on a folder, by the server that holds it or alone; waits up to 10 s for others.
http::Outcome run_command(const ServerLine& line, const http::Command& command, Clock& clock, Random& random);

}  // namespace tram
