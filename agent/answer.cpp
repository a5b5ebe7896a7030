#include "agent/answer.h"

#include "core/base/text.h"

namespace tram::agent {
namespace {

constexpr std::size_t kNameWidth = 34;

}  // namespace

Outcome failed(const Error& error) {
  Error both = error;
  if (!error.message_vi.empty()) both.message = error.message_vi + " / " + error.message;
  return http::failure(kProgram, both);
}

std::string line(std::string_view vi, std::string_view en, std::string_view value) {
  std::string text = std::string(vi) + " (" + std::string(en) + "):";
  const std::size_t width = code_points(text);
  text.append(width < kNameWidth ? kNameWidth - width : 1, ' ');
  return text + std::string(value) + "\n";
}

}  // namespace tram::agent
