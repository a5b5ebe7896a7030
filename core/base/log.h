// core/base/log.h: one line an event on standard error, `time level event key=value ...` (logfmt), values quoted so
// that a line break in data can never make a second line. Never log a secret or the text of a document. Any thread.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace tram::log {

using Field = std::pair<std::string_view, std::string>;

enum class Level { debug, info, warning, error };
void set_level(Level least);  // default: info

void write(Level level, std::string_view event, std::initializer_list<Field> fields);
inline void debug(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::debug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::info, event, fields);
}
inline void warning(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::warning, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::error, event, fields);
}

// `key=value` pairs as in a log line, value quoted where needed; exposed for tests.
std::string logfmt(std::string_view event, std::initializer_list<Field> fields);

}  // namespace tram::log
