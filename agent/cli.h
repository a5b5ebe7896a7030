// agent/cli.h: the command line of tram-agent as a value (docs/commands.md). Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/answer.h"

namespace tram::agent {

struct CommandLine {
  std::string verb;  // "report set", words joined by one blank
  std::string data;  // data directory
  bool json = false;

  std::string id, form, period, section, row, by, file, name, type;
  std::vector<std::string> fields;        // FIELD=VALUE, as typed
  std::vector<std::string> remarks;       // FIELD=TEXT
  std::vector<std::string> approx;        // FIELD
  bool remove = false;                    // row --delete
  bool none = false;                      // row --none
  int version = 0;                        // report upgrade --to N; 0: the newest
  std::string keep;                       // conflicts resolve --keep REV
  std::optional<std::int64_t> forwarded;  // notice read --forwarded N

  std::string format, separator = ",", out;              // report export, print, template
  std::vector<std::string> words;                        // report search
  bool dry_run = false, convert = false, merge = false;  // report import

  std::string server, office, token, unit, ca_file, pin, proxy;  // init
  std::string listen, config;                                    // run
};

struct Parsed {
  CommandLine line;
  std::optional<Outcome> answer;  // help, version, or what is wrong with the usage (exit 2)
};
// arguments: without the program's name.
Parsed parse_command_line(const std::vector<std::string>& arguments);

// "FIELD=VALUE" at its first "=". Error usage without one, or with nothing before it.
Result<std::pair<std::string, std::string>> split_field(std::string_view text);

}  // namespace tram::agent
