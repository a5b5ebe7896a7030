// agent/commands.h: what each command does on an open office. The daemon and the command line run the same functions,
// so a command behaves alike whether or not the daemon runs.
#pragma once

#include <optional>
#include <string>

#include "agent/answer.h"
#include "agent/cli.h"
#include "agent/office.h"
#include "agent/reports.h"

namespace tram::agent {

// Who typed the command, and where relative file names belong.
struct Caller {
  std::string folder, user;
};

// Any command but init, run and restore (setup.h, daemon.h). Any thread.
Outcome execute(Office& office, const CommandLine& line, const Caller& caller);

// The person who makes a change: --by, else the caller; on this PC.
Author author_of(const CommandLine& line, const Caller& caller);

// A file's name as the caller meant it.
std::string absolute(const Caller& caller, const std::string& file);

// {"office","server",... as SyncStatus::to_json}: `status --json`, and /api/v1/status.
Result<json::Value> status_json(Office& office);
// Rows of the ledger, oldest first; id empty: all.
Result<json::Value> ledger_json(Office& office, const std::string& id);

// Groups of commands; each answers nothing when the verb is not its own. Only execute() calls them.
using MaybeOutcome = std::optional<Result<Outcome>>;
MaybeOutcome execute_report(Office& office, const CommandLine& line, const Caller& caller);
MaybeOutcome execute_files(Office& office, const CommandLine& line, const Caller& caller);
MaybeOutcome execute_line(Office& office, const CommandLine& line, const Caller& caller);
MaybeOutcome execute_downward(Office& office, const CommandLine& line, const Caller& caller);
MaybeOutcome execute_upkeep(Office& office, const CommandLine& line, const Caller& caller);

}  // namespace tram::agent
