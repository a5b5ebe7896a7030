#include "tests/server/served_province.h"

#include "core/base/digest.h"

namespace tram::test {

ServedProvince::ServedProvince() : data_(temp_.file("province")) {
  std::filesystem::create_directory(data_);
  must(Province::create(data_, "Cao Bằng", admin_hash(), small_reference(), {&clock, &random}));
  start();
}

void ServedProvince::start() {
  ServerSettings settings;
  settings.port = 0;
  settings.workers = 2;
  daemon_ = must(Daemon::start(data_, settings, clock, random));
}

http::Outcome ServedProvince::types(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--data", data_});
  const ServerParsed parsed = parse_server_line(arguments);
  if (parsed.answer) return *parsed.answer;
  return run_command(parsed.line, {arguments, temp_.path(), "test"}, clock, random);
}

std::string ServedProvince::token_of_new_office(const std::string& slug) {
  const http::Outcome added = types({"office", "add", slug, "--name", "Huyện thử"});
  REQUIRE(added.exit == 0);
  const auto end = added.out.find_last_not_of('\n');
  const auto begin = added.out.rfind('\n', end);
  return added.out.substr(begin + 1, end - begin);
}

http::Response ServedProvince::ask(const std::string& method, const std::string& target, const std::string& secret,
                                   const std::string& body) {
  http::ClientOptions options;
  options.base_url = "http://" + daemon_->settings().listen();
  const auto client = must(http::make_curl_client(options));
  http::Request request{method, target};
  if (!secret.empty()) request.headers.set("Authorization", secret);
  if (!body.empty()) request.headers.set("Content-Type", "application/json");
  request.body = body;
  return must(client->send(std::move(request)));
}

std::string ServedProvince::admin() const { return "Basic " + to_base64(std::string("admin:") + kAdminPassword); }

}  // namespace tram::test
