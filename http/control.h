// http/control.h: how a command works on a data folder that a running program holds: the program does it instead.
//
// The program serves one function on a Unix socket (mode 0600) in its data folder; the command sends its arguments as
// they were typed, and gets back what it would have printed and its exit code. So each command is written once, and
// behaves alike whether or not the program runs. Wire: POST /control {"arguments":[...],"folder":..,"user":..} answers
// {"exit":0,"out":"...","err":"..."}; GET /control answers whether somebody is there.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "http/server.h"

namespace tram::http {

struct Command {
  std::vector<std::string> arguments;  // without the program's name
  std::string folder;                  // in which it was typed: relative paths belong there
  std::string user;                    // who typed it
};

struct Outcome {
  int exit = 0;
  std::string out, err;  // for standard output and standard error
};

// The exit code that belongs to an error: 75 in_use, 78 newer_schema, 2 usage, otherwise 1.
int exit_of(ErrorCode code);
// "program: message", one line, and its exit code.
Outcome failure(std::string_view program, const Error& error);

using Execute = std::function<Outcome(const Command&)>;

class ControlServer {
 public:
  // Serves `execute` on this socket, from several threads at once, `workers` of them. A socket that an earlier program
  // left behind is replaced: the caller holds the lock of the folder. Paths longer than a socket address takes work
  // too. Errors: those of Server::start.
  static Result<std::unique_ptr<ControlServer>> start(const std::string& socket, std::size_t workers, Execute execute);
  ~ControlServer();  // stops
  void stop();       // lets running commands end, for some seconds; removes the socket

 private:
  ControlServer(std::string socket, int folder) : socket_(std::move(socket)), folder_(folder) {}
  std::string socket_;
  int folder_;  // descriptor that a long path goes through; -1: none
  std::unique_ptr<Server> server_;
};

// Is there a program behind the socket?
bool control_answers(const std::string& socket);

// Lets the program behind the socket do the command. Errors: offline when nobody is there (nothing was done);
// outcome_unknown when the program went away during the command; bad_request for arguments that are not UTF-8.
Result<Outcome> call_control(const std::string& socket, const Command& command);

// Tries both ways in turn until one works, for at most wait_ms: `alone`, which answers in_use while another process
// holds the folder, and the program behind the socket. Any other error of either ends it.
Result<Outcome> do_alone_or_ask(const std::string& socket, const Command& command, std::int64_t wait_ms, Clock& clock,
                                const std::function<Result<Outcome>()>& alone);

// This process as a Command: its arguments, working folder, and the name of its user ("uid 1000" without a name).
Command command_of(int argc, const char* const* argv);

}  // namespace tram::http
