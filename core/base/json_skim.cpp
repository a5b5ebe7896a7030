// How a Reader finds the end of a value in a text that was checked before.
#include <algorithm>
#include <bit>
#include <cstddef>

#include "core/base/json_bytes.h"
#include "core/base/json_reader.h"

namespace tram::json {

// Where the string that begins at `at` ends, behind its quote.
const char* Reader::behind_string(const char* at) const {
  bool high = false;
  for (at = stop_from(at + 1, high); at != end_ && *at != '"'; at = stop_from(at, high)) {
    at += end_ - at > 1 && *at == '\\' ? 2 : 1;
  }
  return at == end_ ? at : at + 1;
}

// Of a text that was checked before: behind the object or array that begins here.
void Reader::pass_nested() {
  std::size_t depth = 1;
  bool inside = false;  // a string
  for (++at_; at_ != end_ && depth > 0;) {
    const std::ptrdiff_t left = end_ - at_;
#ifdef __SSE2__
    if (left >= 16) {
      const Brackets brackets(at_, inside);
      if (!brackets.has_escape) {
        for (unsigned bits = brackets.opens | brackets.closes; bits != 0; bits &= bits - 1) {
          if ((brackets.opens & bits & (~bits + 1)) != 0) {
            ++depth;
          } else if (--depth == 0) {
            at_ += std::countr_zero(bits) + 1;
            return;
          }
        }
        inside = brackets.ends_inside;
        at_ += 16;
        continue;
      }
    }
#endif
    for (const char* const stop = at_ + std::min<std::ptrdiff_t>(left, 16); at_ < stop && depth > 0; ++at_) {
      if (*at_ == '"') inside = !inside;
      if (*at_ == '\\' && at_ + 1 != end_) ++at_;  // stands in strings only
      if (inside) continue;
      if (*at_ == '{' || *at_ == '[') ++depth;
      if (*at_ == '}' || *at_ == ']') --depth;
    }
  }
}

// Of such a text: to the comma or bracket behind the value.
void Reader::pass() {
  for (; at_ != end_; ++at_) {
    switch (*at_) {
      case '"': at_ = behind_string(at_) - 1; break;
      case '{':
      case '[':
        pass_nested();
        --at_;
        break;
      case '}':
      case ']':
      case ',': return;
      default: break;
    }
  }
}

}  // namespace tram::json
