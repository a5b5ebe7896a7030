#include "http/control.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>

#include "core/base/json.h"
#include "core/base/text.h"
#include "http/client.h"

namespace tram::http {
namespace {

constexpr std::int64_t kCommandMsMax = 24LL * 3600 * 1000;  // a sync over a bad line takes as long as it takes
constexpr std::int64_t kPauseMs = 50;

// A socket address holds some 100 bytes. A longer path is reached through a descriptor of its folder.
struct Address {
  std::string path;
  int folder = -1;
};

Result<Address> address_of(const std::string& socket) {
  if (socket.size() < sizeof(sockaddr_un::sun_path)) return Address{socket};
  const std::filesystem::path path(socket);
  const int folder = ::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return error(ErrorCode::not_found, "no folder " + path.parent_path().string());
  return Address{"/proc/self/fd/" + std::to_string(folder) + "/" + path.filename().string(), folder};
}

std::string print(const Command& command) {
  json::Value value = {{"arguments", command.arguments}, {"folder", command.folder}, {"user", command.user}};
  return json::print(value);
}

Result<Command> parse_command(std::string_view text) {
  ASSIGN_OR_RETURN(const json::Value value, json::parse_object(text));
  Command command;
  const json::Value* arguments = json::array_at(value, "arguments");
  if (arguments == nullptr) return error(ErrorCode::bad_request, "a command has arguments");
  for (const json::Value& argument : *arguments) {
    if (!argument.is_string()) return error(ErrorCode::bad_request, "an argument is a text");
    command.arguments.push_back(argument.get<std::string>());
  }
  command.folder = json::string_at(value, "folder").value_or("");
  command.user = json::string_at(value, "user").value_or("");
  return command;
}

// What was typed may be any bytes, and is echoed in messages.
std::string as_utf8(std::string text) {
  if (is_utf8(text)) return text;
  for (char& c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  return text;
}

Response serve(const Request& request, const Execute& execute) {
  if (request.path() != "/control") return error_response(404, "not_found", "only /control is here");
  if (request.method == "GET" || request.method == "HEAD") return json_response(200, "{\"ok\":true}");
  if (request.method != "POST") return error_response(405, "method_not_allowed", "GET and POST only");
  const auto command = parse_command(request.body);
  if (!command) return error_response(command.error());
  Outcome outcome = execute(*command);
  json::Value answer = {
      {"exit", outcome.exit}, {"out", as_utf8(std::move(outcome.out))}, {"err", as_utf8(std::move(outcome.err))}};
  return json_response(200, json::print(answer));
}

Result<Outcome> parse_outcome(const Response& response) {
  if (response.status != 200) {
    return error(ErrorCode::internal, "the running program answered " + std::to_string(response.status));
  }
  ASSIGN_OR_RETURN(const json::Value value, json::parse_object(response.body));
  return Outcome{static_cast<int>(json::integer_at(value, "exit").value_or(1)),
                 json::string_at(value, "out").value_or(""), json::string_at(value, "err").value_or("")};
}

Result<std::unique_ptr<Client>> client_of(const std::string& path) {
  ClientOptions options;
  options.base_url = "http://localhost";
  options.unix_socket = path;
  options.connect_timeout_ms = 5'000;
  return make_curl_client(options);
}

Status ask(Client& client) {
  CallOptions quick;
  quick.timeout_ms = 5'000;
  RETURN_IF_ERROR(client.send(Request{"GET", "/control"}, quick));
  return {};
}

Result<Outcome> call_address(const std::string& path, const Command& command) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, client_of(path));
  // Asked first, so that a failure below is known to come after the command was handed over.
  RETURN_IF_ERROR(ask(*client));
  Request request{"POST", "/control", {{"Content-Type", "application/json"}}, print(command)};
  CallOptions patient;
  patient.silence_max_ms = kCommandMsMax;
  auto response = client->send(std::move(request), patient);
  if (!response) {
    return error(ErrorCode::outcome_unknown, "the running program stopped during this command (" +
                                                 response.error().message + "); look whether it was done");
  }
  return parse_outcome(*response);
}

}  // namespace

int exit_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::in_use: return 75;
    case ErrorCode::newer_schema: return 78;
    case ErrorCode::usage: return 2;
    default: return 1;
  }
}

Outcome failure(std::string_view program, const Error& error) {
  std::string line = std::string(program) + ": " + error.message;
  for (char& c : line) {
    if (c == '\n') c = ' ';
  }
  return Outcome{exit_of(error.code), {}, line + "\n"};
}

Result<std::unique_ptr<ControlServer>> ControlServer::start(const std::string& socket, std::size_t workers,
                                                            Execute execute) {
  ASSIGN_OR_RETURN(const Address address, address_of(socket));
  std::unique_ptr<ControlServer> control(new ControlServer(socket, address.folder));
  ::unlink(socket.c_str());
  ServerOptions options;
  options.host = "";
  options.unix_socket = address.path;
  options.workers = workers;
  options.connections_max = 64;
  ASSIGN_OR_RETURN(control->server_,
                   Server::start(options, [run = std::move(execute)](const Request& r) { return serve(r, run); }));
  return control;
}

ControlServer::~ControlServer() { stop(); }

void ControlServer::stop() {
  if (server_) {
    server_->stop();
    server_.reset();
    ::unlink(socket_.c_str());
  }
  if (folder_ >= 0) ::close(std::exchange(folder_, -1));
}

bool control_answers(const std::string& socket) {
  const auto address = address_of(socket);
  if (!address) return false;
  const auto client = client_of(address->path);
  const bool answers = client && ask(**client).ok();
  if (address->folder >= 0) ::close(address->folder);
  return answers;
}

Result<Outcome> call_control(const std::string& socket, const Command& command) {
  for (const std::string& argument : command.arguments) {
    if (!is_utf8(argument)) return error(ErrorCode::bad_request, "an argument is not UTF-8 text");
  }
  const auto address = address_of(socket);
  if (!address) return error(ErrorCode::offline, address.error().message);
  auto outcome = call_address(address->path, command);
  if (address->folder >= 0) ::close(address->folder);
  return outcome;
}

Result<Outcome> do_alone_or_ask(const std::string& socket, const Command& command, std::int64_t wait_ms, Clock& clock,
                                const std::function<Result<Outcome>()>& alone) {
  const std::int64_t end_ms = clock.steady_ms() + wait_ms;
  while (true) {
    auto done = alone();
    if (done || done.error().code != ErrorCode::in_use) return done;
    auto asked = call_control(socket, command);
    if (asked || asked.error().code != ErrorCode::offline) return asked;
    if (clock.steady_ms() >= end_ms) return done;
    clock.sleep_ms(kPauseMs, {});
  }
}

Command command_of(int argc, const char* const* argv) {
  Command command;
  for (int i = 1; i < argc; ++i) command.arguments.emplace_back(argv[i]);
  std::error_code ignored;
  command.folder = std::filesystem::current_path(ignored).string();
  const passwd* entry = ::getpwuid(::geteuid());
  command.user = entry != nullptr ? std::string(entry->pw_name) : "uid " + std::to_string(::geteuid());
  return command;
}

}  // namespace tram::http
