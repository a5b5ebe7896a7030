// server/commands.h: what tram-server's commands do (docs/commands.md), written once for both ways in which they run:
// alone on a data directory, or inside the running server, asked through its socket. Any thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "http/control.h"
#include "server/cli.h"
#include "server/province.h"

namespace tram {

// Where a command runs.
class Host {
 public:
  virtual ~Host() = default;
  // The province, opened when first asked for. It stays until exchange().
  virtual Result<Province*> province() = 0;
  // Closes the province, lets `work` handle its files, and opens it again whatever became of the work.
  virtual Status exchange(const std::function<Status(const std::string& folder)>& work) = 0;
  virtual bool is_running() const = 0;  // a server
  virtual const ProvinceOptions& options() const = 0;
};

// A command as typed: what it says, and the folder that relative paths belong to.
struct Typed {
  const ServerLine& line;
  std::string folder;
  std::string user = {};  // who typed it, on this machine
};

// What changes something is written into the audit list.
http::Outcome execute_command(const Typed& typed, Host& host);

// `init` needs no host. Makes the data directory.
http::Outcome init_command(const Typed& typed, Clock& clock, Random& random);

// The pieces, one a verb.
http::Outcome office_add(const Typed& typed, Province& province);
http::Outcome office_list(const Typed& typed, Province& province);
http::Outcome office_token(const Typed& typed, Province& province);
http::Outcome completeness_command(const Typed& typed, Province& province);
http::Outcome targets_command(const Typed& typed, Province& province);
http::Outcome downward_command(const Typed& typed, Province& province);
// review, correct, recovery, confirm
http::Outcome review_command(const Typed& typed, Province& province);
http::Outcome run_list_command(const Typed& typed, Province& province);
http::Outcome run_show_command(const Typed& typed, Province& province);
http::Outcome run_compare_command(const Typed& typed, Province& province);
http::Outcome run_repeat_command(const Typed& typed, Province& province);
http::Outcome consolidate_command(const Typed& typed, Province& province);
http::Outcome search_command(const Typed& typed, Province& province);
http::Outcome status_command(const Typed& typed, Host& host, Province& province);
http::Outcome people_command(const Typed& typed, Province& province);
http::Outcome passwd_command(const Typed& typed, Province& province);
http::Outcome verify_command(const Typed& typed, Province& province);
http::Outcome doctor_command(const Typed& typed, Host& host, Province& province);
http::Outcome backup_command(const Typed& typed, Province& province);
http::Outcome restore_command(const Typed& typed, Host& host);

// "tram-server: Vietnamese / English", one line, and the exit code of the error.
http::Outcome failed(const Error& error);
inline http::Outcome say(std::string out) { return {0, std::move(out), {}}; }
http::Outcome say_json(const json::Value& value);
// A path as typed, from the folder in which it was typed.
std::string path_from(const Typed& typed, const std::string& path);
// The first line of a password file, checked.
Result<std::string> read_password(const std::string& path);

}  // namespace tram
