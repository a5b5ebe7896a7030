// agent/answer.h: what a command prints, and its exit code. Values.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/result.h"
#include "http/control.h"

namespace tram::agent {

using http::Outcome;

inline constexpr std::string_view kProgram = "tram-agent";

inline Outcome say(std::string out) { return Outcome{0, std::move(out), {}}; }
inline Outcome say_json(const json::Value& value) { return Outcome{0, json::print(value) + "\n", {}}; }
// "tram-agent: Vietnamese / English", on one line, with the exit code that belongs to it.
Outcome failed(const Error& error);

// "name (English)" padded, then the value: one line of what people read.
std::string line(std::string_view vi, std::string_view en, std::string_view value);

}  // namespace tram::agent
