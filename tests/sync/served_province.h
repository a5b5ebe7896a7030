// tests/sync/served_province.h: databases in a temporary folder behind the replication routes, called as a function.
//
// Credentials: "Bearer admin" is the administrator, "Bearer <slug>" the office of that slug, anything else nobody.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "http/loopback_client.h"
#include "sync/databases.h"
#include "sync/routes.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"
#include "tests/support/fakes.h"
#include "tests/support/temp_folder.h"

namespace tram::test {

struct Answer {
  int status = 0;
  http::Headers headers;
  std::string body;
  json::Value json() const { return must(json::parse(body)); }
  std::string header(std::string_view name) const { return std::string(headers.get(name)); }
};

class Shelf final : public Databases {
 public:
  Shelf(const TempFolder& folder, Clock& clock, Random& random) : folder_(folder), clock_(clock), random_(random) {}
  Result<std::shared_ptr<Database>> open(const std::string& name) override;
  Result<std::shared_ptr<Database>> create(const std::string& name) override;
  Status remove(const std::string& name) override;
  Result<std::vector<std::string>> list() override;
  // Makes it when somebody asks for it first, or now.
  void add(const std::string& name, std::shared_ptr<Rules> rules);
  std::shared_ptr<Database> make(const std::string& name, std::shared_ptr<Rules> rules = nullptr);
  // Until somebody asks for it again.
  void close(const std::string& name) { open_.erase(name); }

 private:
  Result<std::shared_ptr<Database>> load(const std::string& name, std::shared_ptr<Rules> rules);

  const TempFolder& folder_;
  Clock& clock_;
  Random& random_;
  std::recursive_mutex mutex_;                              // a server's workers ask at the same time
  std::map<std::string, std::shared_ptr<Rules>> rules_of_;  // of every database there is
  std::map<std::string, std::shared_ptr<Database>> open_;   // those somebody asked for
};

// Has the databases plain, reference, office-a and office-b.
class ServedProvince {
 public:
  explicit ServedProvince(std::shared_ptr<Rules> rules = nullptr);

  Answer call(std::string_view method, std::string target, std::string body = "", std::string_view who = "admin",
              http::Headers headers = {});
  Answer get(std::string target, std::string_view who = "admin") { return call("GET", std::move(target), "", who); }
  Answer post(std::string target, std::string body, std::string_view who = "admin") {
    return call("POST", std::move(target), std::move(body), who);
  }
  Answer put(std::string target, std::string body, std::string_view who = "admin") {
    return call("PUT", std::move(target), std::move(body), who);
  }
  // Pushes these documents with new_edits=false.
  Answer push(std::string_view database, std::string_view documents, std::string_view who = "admin",
              http::Headers headers = {});
  static http::Request request(std::string_view method, std::string target, std::string body, std::string_view who,
                               http::Headers headers = {});
  Database& database(const std::string& name) { return *must(shelf.open(name)); }
  std::string update_seq(const std::string& name) { return database(name).store->update_seq(); }

  TempFolder folder;
  ManualClock clock;
  SeededRandom random{7};
  Shelf shelf{folder, clock, random};
  http::Handler handler;
  std::vector<std::string> audited;
};

// A 32-hex sig made of one digit.
inline std::string sig(char digit) { return std::string(32, digit); }
// {"_id","_rev","_revisions","n"} of a path of one-digit sigs, newest first.
std::string document(std::string_view id, std::string_view digits, std::string_view members = "\"n\":1");

}  // namespace tram::test
