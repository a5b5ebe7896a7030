// tests/server/served_province.h: a province with its server running on a free loopback port, and a client to it.
#pragma once

#include <memory>
#include <string>

#include "core/base/system.h"
#include "http/client.h"
#include "server/daemon.h"
#include "tests/server/test_province.h"

namespace tram::test {

class ServedProvince {
 public:
  ServedProvince();
  Daemon& daemon() { return *daemon_; }
  const std::string& data() const { return data_; }
  void stop() { daemon_.reset(); }
  void start();

  // A command as typed on the data directory; --data is added.
  http::Outcome types(std::vector<std::string> arguments);
  std::string token_of_new_office(const std::string& slug);

  // secret: "Basic …", "Bearer …" or empty.
  http::Response ask(const std::string& method, const std::string& target, const std::string& secret = "",
                     const std::string& body = "");
  std::string admin() const;

  SystemClock clock;
  SystemRandom random;

 private:
  TempFolder temp_;
  std::string data_;
  std::unique_ptr<Daemon> daemon_;
};

}  // namespace tram::test
