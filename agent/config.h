// agent/config.h: what an office's PC knows of itself before any line: which office it is, where its province is.
//
// Kept in agent.json of the data folder, mode 0600, for it holds the office's token. Made by `init`, read at every
// start, never changed by the daemon. Values; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/random.h"
#include "core/base/result.h"

namespace tram::agent {

struct Enrolment {
  std::string server;  // "https://province.example", no "/" at its end
  std::string office;  // slug, "vn-04-049"
  std::string token;
  std::string unit;         // code given by --unit; empty: that of the slug, or of `office:<slug>`
  std::string device_id;    // random name of this PC
  std::string ca_file;      // of the province, PEM; empty: the system's authorities
  std::string pinned_keys;  // "sha256//...;sha256//..."; empty: none
  std::string proxy;        // empty: none; never taken from the environment

  std::string database() const { return "office-" + office; }
};

inline constexpr std::string_view kEnrolmentFile = "agent.json";

// Checks what was typed, brings the server's address into its usual form and names the PC. Error bad_request names
// what is wrong and how it should look.
Result<Enrolment> check_enrolment(Enrolment typed, Random& random);

// Errors: not_found (no folder, or `init` was not run in it), bad_request (broken file).
Result<Enrolment> read_enrolment(const std::string& folder);
Status write_enrolment(const std::string& folder, const Enrolment& enrolment);
std::string enrolment_text(const Enrolment& enrolment);

// HOST:PORT of the page and API of this PC. Error usage for anything but a loopback address.
struct Listen {
  std::string host = "127.0.0.1";
  std::uint16_t port = 7645;
  std::string text() const;  // "127.0.0.1:7645", "[::1]:7645"
};
Result<Listen> parse_listen(std::string_view text);

}  // namespace tram::agent
