#include "server/settings.h"

// The distribution's compiled library throws; from the headers alone it answers with a value.
#undef TOML_SHARED_LIB
#undef TOML_HEADER_ONLY
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <charconv>
#include <map>

#include "storage/data_folder.h"

namespace tram {
namespace {

const std::map<std::string, log::Level, std::less<>> kLevels = {{"debug", log::Level::debug},
                                                                {"info", log::Level::info},
                                                                {"warning", log::Level::warning},
                                                                {"error", log::Level::error}};

Error wrong(const std::string& path, std::string_view key, std::string_view expected) {
  return error(ErrorCode::usage, path + ": " + std::string(key) + " " + std::string(expected));
}

Status take_tls(ServerSettings& settings, const std::string& path, const toml::node& node) {
  const toml::table* table = node.as_table();
  if (table == nullptr) return wrong(path, "tls", "should be a section with a certificate and a key");
  for (const auto& [key, value] : *table) {
    const std::string name = "tls." + std::string(key.str());
    if (key.str() != "certificate" && key.str() != "key") return wrong(path, name, "is unknown here");
    const auto file = value.value_exact<std::string>();
    if (!file || file->empty()) return wrong(path, name, "should name a file in PEM form");
    (key.str() == "key" ? settings.tls_key : settings.tls_certificate) = *file;
  }
  if (settings.tls_certificate.empty() || settings.tls_key.empty()) {
    return wrong(path, "tls", "needs both a certificate and a key");
  }
  return {};
}

Status take(ServerSettings& settings, const std::string& path, std::string_view key, const toml::node& node) {
  const auto text = node.value_exact<std::string>();
  if (key == "listen") {
    if (!text) return wrong(path, key, "should be a text like \"127.0.0.1:8645\"");
    return set_listen(settings, *text);
  }
  if (key == "log_level") {
    const auto level = kLevels.find(text.value_or(""));
    if (level == kLevels.end()) return wrong(path, key, "should be \"debug\", \"info\", \"warning\" or \"error\"");
    settings.log_level = level->second;
    return {};
  }
  if (key == "workers") {
    const auto number = node.value_exact<std::int64_t>();
    if (!number || *number < 1 || *number > 64) return wrong(path, key, "should be a number from 1 to 64");
    settings.workers = static_cast<std::size_t>(*number);
    return {};
  }
  if (key == "origins" || key == "proxies" || key == "hosts") {
    const toml::array* list = node.as_array();
    if (list == nullptr) return wrong(path, key, "should be a list of texts");
    for (const toml::node& item : *list) {
      const auto one = item.value_exact<std::string>();
      if (!one) return wrong(path, key, "should be a list of texts");
      (key == "origins" ? settings.origins : key == "hosts" ? settings.hosts : settings.proxies).push_back(*one);
    }
    return {};
  }
  if (key == "tls") return take_tls(settings, path, node);
  return wrong(path, key, "is unknown here");
}

}  // namespace

std::string ServerSettings::listen() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Status set_listen(ServerSettings& settings, std::string_view text) {
  const Error no = error(ErrorCode::usage, "'" + std::string(text) + "' is no address like 127.0.0.1:8645");
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return no;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  std::uint16_t number = 0;
  const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (failed != std::errc{} || end != port.data() + port.size()) return no;
  settings.host = host == "localhost" ? "127.0.0.1" : std::string(host);
  settings.port = number;
  return {};
}

Result<ServerSettings> read_server_settings(const std::string& path) {
  const auto text = read_file(path, 1 << 20);
  if (!text) return error(ErrorCode::usage, "cannot read the configuration: " + text.error().message);
  const toml::parse_result parsed = toml::parse(*text, path);
  if (!parsed) {
    return error(ErrorCode::usage, path + ": line " + std::to_string(parsed.error().source().begin.line) + ": " +
                                       std::string(parsed.error().description()));
  }
  ServerSettings settings;
  for (const auto& [key, node] : parsed.table()) RETURN_IF_ERROR(take(settings, path, key.str(), node));
  return settings;
}

}  // namespace tram
