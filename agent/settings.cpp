#include "agent/settings.h"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <functional>
#include <map>
#include <optional>

#include "storage/data_folder.h"

namespace tram::agent {
namespace {

constexpr std::size_t kPasswordMin = 12;

Error wrong(const std::string& path, std::string_view key, std::string_view expected) {
  return error(ErrorCode::usage, path + ": " + std::string(key) + " " + std::string(expected));
}

// Walks one table; each value is taken by the function of its key.
using Take = std::function<std::optional<std::string>(const toml::node&)>;  // what was expected, when it does not fit
using Keys = std::map<std::string, Take, std::less<>>;

Status take_all(const toml::table& table, const std::string& path, const std::string& prefix, const Keys& keys) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    const auto take = keys.find(key.str());
    if (take == keys.end()) return wrong(path, name, "is unknown here");
    if (const auto expected = take->second(node)) return wrong(path, name, *expected);
  }
  return {};
}

Take text_into(std::string& into) {
  return [&into](const toml::node& node) -> std::optional<std::string> {
    const auto value = node.value_exact<std::string>();
    if (!value) return "should be a text in quotes";
    into = *value;
    return std::nullopt;
  };
}

Take flag_into(bool& into) {
  return [&into](const toml::node& node) -> std::optional<std::string> {
    const auto value = node.value_exact<bool>();
    if (!value) return "should be true or false";
    into = *value;
    return std::nullopt;
  };
}

Take listen_into(Listen& into) {
  return [&into](const toml::node& node) -> std::optional<std::string> {
    const auto value = node.value_exact<std::string>();
    if (!value) return "should be a text like \"127.0.0.1:7645\"";
    auto listen = parse_listen(*value);
    if (!listen) return listen.error().message;
    into = *listen;
    return std::nullopt;
  };
}

Take level_into(log::Level& into) {
  return [&into](const toml::node& node) -> std::optional<std::string> {
    const auto value = node.value_exact<std::string>().value_or("");
    if (value == "debug")
      into = log::Level::debug;
    else if (value == "info")
      into = log::Level::info;
    else if (value == "warning")
      into = log::Level::warning;
    else if (value == "error")
      into = log::Level::error;
    else
      return "should be \"debug\", \"info\", \"warning\" or \"error\"";
    return std::nullopt;
  };
}

Take texts_into(std::vector<std::string>& into) {
  return [&into](const toml::node& node) -> std::optional<std::string> {
    const toml::array* list = node.as_array();
    if (list == nullptr) return "should be a list of texts";
    for (const toml::node& item : *list) {
      const auto text = item.value_exact<std::string>();
      if (!text) return "should be a list of texts";
      into.push_back(*text);
    }
    return std::nullopt;
  };
}

}  // namespace

Result<Settings> read_settings(const std::string& path) {
  const auto text = read_file(path, 1 << 20);
  if (!text) return error(ErrorCode::usage, "cannot read the configuration: " + text.error().message);
  const toml::parse_result parsed = toml::parse(*text, path);
  if (!parsed) {
    return error(ErrorCode::usage, path + ": line " + std::to_string(parsed.error().source().begin.line) + ": " +
                                       std::string(parsed.error().description()));
  }
  Settings settings;
  Settings::LocalApi& api = settings.local_api;
  Status status;
  const Take local_api = [&](const toml::node& node) -> std::optional<std::string> {
    if (!node.is_table()) return "should be a section, [local_api]";
    status = take_all(*node.as_table(), path, "local_api.",
                      {{"couchdb", flag_into(api.couchdb)},
                       {"couchdb_listen", listen_into(api.listen)},
                       {"user", text_into(api.user)},
                       {"password", text_into(api.password)},
                       {"origins", texts_into(api.origins)}});
    return std::nullopt;
  };
  RETURN_IF_ERROR(take_all(parsed.table(), path, "",
                           {{"listen", listen_into(settings.listen)},
                            {"log_level", level_into(settings.log_level)},
                            {"local_api", local_api}}));
  RETURN_IF_ERROR(status);
  if (api.couchdb && (api.user.empty() || api.password.size() < kPasswordMin)) {
    return wrong(path, "local_api", "needs a user and a password of at least 12 characters when couchdb is true");
  }
  return settings;
}

}  // namespace tram::agent
