// server/cli.h: the command line of tram-server as a value (docs/commands.md). Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/control.h"

namespace tram {

struct ServerLine {
  std::string verb;  // "office add", words joined by one blank
  std::string data;  // data directory
  bool json = false;

  std::string province, reference, password_file;        // init, passwd
  std::string listen, config;                            // run
  std::string slug, name, unit;                          // office
  std::string form, period, scenario = "ACTUAL", as_of;  // consolidate
  std::string with;                                      // consolidate --compare-with, run-compare
  std::string format = "table", separator = ",", out;
  std::vector<std::string> words;  // search
  bool official = false;
  bool carry = false, inputs = false, verify = false, rebuild = false;
  std::string by, reason;             // of an official run, a review, a correction
  std::string verdict, of, last_day;  // review; of: correct too
  std::string id;                     // run-show, run-repeat, readings, answer
  std::vector<std::string> fields;    // answer: FIELD=VALUE
  std::string file;                   // backup, restore
  std::string user = "admin";         // passwd, user
  std::string role;                   // user
};

struct ServerParsed {
  ServerLine line;
  std::optional<http::Outcome> answer;  // help, version, or what is wrong with the usage (exit 2)
};
// arguments: without the program's name.
ServerParsed parse_server_line(const std::vector<std::string>& arguments);

}  // namespace tram
