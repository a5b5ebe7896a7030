#include "core/base/json_reader.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <span>
#include <utility>

#include "core/base/json.h"
#include "core/base/json_bytes.h"
#include "core/base/text.h"

namespace tram::json {
namespace {

constexpr std::size_t kNamesComparedOneByOne = 24;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The four hex digits of \uXXXX, or -1.
int hex4(const char* at, const char* end) {
  if (end - at < 4) return -1;
  int value = 0;
  const auto result = std::from_chars(at, at + 4, value, 16);
  return result.ec == std::errc() && result.ptr == at + 4 && *at != '-' ? value : -1;
}

void append_utf8(std::string& out, unsigned code_point) {
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0 | (code_point >> 6));
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0 | (code_point >> 12));
    out += static_cast<char>(0x80 | ((code_point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code_point >> 18));
    out += static_cast<char>(0x80 | ((code_point >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code_point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  }
}

}  // namespace

Reader::Reader(std::string_view text, std::size_t depth_max)
    : begin_(text.data()), at_(text.data()), end_(text.data() + text.size()), depth_max_(depth_max) {}

void Reader::fail(std::string_view what) {
  if (failed_) return;
  failed_ = true;
  error_at_ = position();
  error_what_ = what;
}

Error Reader::error() const {
  return tram::error(ErrorCode::bad_request, "invalid JSON at byte " + std::to_string(error_at_) + ": " + error_what_,
                     "bad_request");
}

Status Reader::finish() {
  (void)look();
  if (!failed_ && at_ != end_) fail("text after the value");
  if (failed_) return error();
  return {};
}

char Reader::look_behind_space() {
  while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  return at_ == end_ ? '\0' : *at_;
}

Kind Reader::peek() {
  if (failed_) return Kind::none;
  const char next = look();
  switch (next) {
    case '{': return Kind::object;
    case '[': return Kind::array;
    case '"': return Kind::string;
    case 't':
    case 'f': return Kind::boolean;
    case 'n': return Kind::null;
    default: return next == '-' || is_digit(next) ? Kind::number : Kind::none;
  }
}

bool Reader::expect_value(Kind kind) {
  const Kind found = peek();
  if (failed_) return false;
  if (found == kind) return true;
  if (found == Kind::none) {
    fail(at_ == end_ ? "the text ends where a value should be" : "this is no value");
    return false;
  }
  switch (kind) {
    case Kind::object: fail("an object is wanted here"); break;
    case Kind::array: fail("an array is wanted here"); break;
    case Kind::string: fail("a string is wanted here"); break;
    case Kind::number: fail("a number is wanted here"); break;
    case Kind::boolean: fail("true or false is wanted here"); break;
    default: fail("null is wanted here"); break;
  }
  return false;
}

bool Reader::push(bool is_object) {
  if (levels_.size() >= depth_max_) {
    fail("nested deeper than " + std::to_string(depth_max_));
    return false;
  }
  levels_.push_back({is_object, true, 0, names_.size()});
  ++at_;
  return true;
}

void Reader::pop() {
  const Level& level = levels_.back();
  const auto names = std::span(names_).subspan(level.names_begin);
  if (names.size() > kNamesComparedOneByOne) {
    std::sort(names.begin(), names.end());
    if (std::adjacent_find(names.begin(), names.end()) != names.end())
      fail("a member name stands twice in this object");
  }
  names_.resize(level.names_begin);
  levels_.pop_back();
  ++at_;
}

bool Reader::enter_object() { return expect_value(Kind::object) && push(true); }
bool Reader::enter_array() { return expect_value(Kind::array) && push(false); }

// Before it is noted itself. More names are judged at the end of the object, by sorting.
bool Reader::is_known_name(const Level& level, std::string_view name) const {
  const auto known = std::span(names_).subspan(level.names_begin);
  return known.size() <= kNamesComparedOneByOne && std::find(known.begin(), known.end(), name) != known.end();
}

// One of 64 bits for each name there was: only a name whose bit is set needs to be looked for.
inline bool Reader::note_name(Level& level, std::string_view name) {
  const auto byte = [at = name.data()](std::size_t i) { return static_cast<unsigned char>(at[i]); };
  const std::size_t size = name.size();
  const std::size_t mixed = size == 0 ? 0 : byte(0) + 5 * byte(size / 2) + 3 * byte(size - 1);
  const std::uint64_t bit = std::uint64_t{1} << ((mixed + 7 * size) % 64);
  const bool may_be_known = (level.seen & bit) != 0;
  level.seen |= bit;
  if (may_be_known && is_known_name(level, name)) return fail("a member name stands twice in this object"), false;
  names_.push_back(name);
  return true;
}

// The name of the next member, to the colon behind it, where it is written as nearly all are: without white space and
// escapes, and short. False: nothing was read, and it is to be looked at more closely.
inline bool Reader::read_plain_name(bool first, std::string_view& name) {
  const char* at = at_;
  if (end_ - at < 2) return false;
  if (!first && *at++ != ',') return false;
  if (*at++ != '"') return false;
  const char* const stop = short_string_end(at, end_);
  if (stop == nullptr || stop + 1 == end_ || stop[1] != ':') return false;
  name = std::string_view(at, static_cast<std::size_t>(stop - at));
  at_ = stop + 1;
  return true;
}

std::optional<std::string_view> Reader::next_member() {
  std::string_view name;
  if (!read_member(name)) return std::nullopt;
  return name;
}

// The name of the next member, to the value behind it. False: that was the last one, or an error.
bool Reader::read_member(std::string_view& name) {
  if (failed_) return false;
  Level& level = levels_.back();
  if (!read_plain_name(level.first, name)) return read_odd_name(name);
  level.first = false;
  if (!note_name(level, name)) return false;
  ++at_;
  return true;
}

bool Reader::read_odd_name(std::string_view& name) {
  Level& level = levels_.back();
  char next = look();
  if (next == '}') return pop(), false;
  if (!level.first) {
    if (next != ',') return fail("a comma or } is wanted here"), false;
    ++at_;
    next = look();
  }
  level.first = false;
  if (next != '"') return fail("a member name in quotes is wanted here"), false;
  bool escaped = false;
  if (!read_string(name, escaped)) return false;
  if (escaped) name = *decoded_.emplace_back(std::make_unique<std::string>(unescape(name)));
  if (!note_name(level, name)) return false;
  if (look() != ':') return fail("a colon is wanted here"), false;
  ++at_;
  return true;
}

bool Reader::next_element() {
  if (failed_) return false;
  Level& level = levels_.back();
  const char next = look();
  if (next == ']') return pop(), false;
  if (!level.first) {
    if (next != ',') return fail("a comma or ] is wanted here"), false;
    ++at_;
  }
  level.first = false;
  return true;
}

bool Reader::read_escape() {
  if (end_ - at_ < 2) return fail("the text ends inside a string"), false;
  const char kind = at_[1];
  if (kind == 'u') {
    const int unit = hex4(at_ + 2, end_);
    if (unit < 0) return fail("\\u wants four hex digits"), false;
    if (unit >= 0xDC00 && unit <= 0xDFFF) return fail("a lone surrogate"), false;
    at_ += 6;
    if (unit >= 0xD800 && unit <= 0xDBFF) {
      const int low = end_ - at_ >= 6 && at_[0] == '\\' && at_[1] == 'u' ? hex4(at_ + 2, end_) : -1;
      if (low < 0xDC00 || low > 0xDFFF) return fail("a lone surrogate"), false;
      at_ += 6;
    }
    return true;
  }
  if (std::strchr("\"\\/bfnrt", kind) == nullptr || kind == '\0') return fail("an unknown escape"), false;
  at_ += 2;
  return true;
}

bool Reader::read_string(std::string_view& raw, bool& escaped) {
  const char* const start = ++at_;
  escaped = false;
  bool high = false;
  if (const char* const stop = short_string_end(at_, end_)) {
    raw = std::string_view(start, static_cast<std::size_t>(stop - start));
    at_ = stop + 1;
    return true;
  }
  for (at_ = string_stop(at_, end_, high); at_ == end_ || *at_ != '"'; at_ = string_stop(at_, end_, high)) {
    if (at_ == end_) return fail("the text ends inside a string"), false;
    if (*at_ != '\\') return fail("a control character in a string"), false;
    escaped = true;
    if (!read_escape()) return false;
  }
  raw = std::string_view(start, static_cast<std::size_t>(at_ - start));
  if (const std::size_t good = high ? utf8_prefix(raw) : raw.size(); good != raw.size()) {
    at_ = start + good;
    return fail("invalid UTF-8"), false;
  }
  ++at_;
  return true;
}

bool Reader::read_number(std::string_view& text) {
  const char* const start = at_;
  if (*at_ == '-') ++at_;
  const auto digits = [&] {
    const char* const from = at_;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    return at_ - from;
  };
  const char* const whole = at_;
  const auto whole_digits = digits();
  if (whole_digits == 0) return fail("a number wants digits"), false;
  if (whole_digits > 1 && *whole == '0') return fail("a number begins with 0"), false;
  if (at_ != end_ && *at_ == '.') {
    ++at_;
    if (digits() == 0) return fail("digits are wanted after the point"), false;
  }
  if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    const auto exponent_digits = digits();
    if (exponent_digits == 0) return fail("digits are wanted in the exponent"), false;
    if (exponent_digits > 6) return fail("the exponent is out of range"), false;
  }
  text = std::string_view(start, static_cast<std::size_t>(at_ - start));
  return true;
}

bool Reader::read_word(std::string_view word) {
  if (static_cast<std::size_t>(end_ - at_) < word.size() || std::string_view(at_, word.size()) != word) {
    return fail("this is no value"), false;
  }
  at_ += word.size();
  return true;
}

bool Reader::skip_into() {
  std::string_view ignored;
  bool escaped = false;
  if (failed_) return false;
  switch (look()) {
    case '{':
      if (!push(true)) return false;
      while (read_member(ignored)) {
        if (!skip_into()) return false;
      }
      return !failed_;
    case '[':
      if (!push(false)) return false;
      while (next_element()) {
        if (!skip_into()) return false;
      }
      return !failed_;
    case '"':
      if (const char* const stop = short_string_end(at_ + 1, end_)) {
        at_ = stop + 1;
        return true;
      }
      return read_string(ignored, escaped);
    case 't': return read_word("true");
    case 'f': return read_word("false");
    case 'n': return read_word("null");
    default:
      if (peek() == Kind::number) return read_number(ignored);
  }
  if (!failed_) fail(at_ == end_ ? "the text ends where a value should be" : "this is no value");
  return false;
}

std::string_view Reader::skip() {
  (void)look();
  const char* const start = at_;
  if (failed_ || !skip_into()) return {};
  return std::string_view(start, static_cast<std::size_t>(at_ - start));
}

std::optional<std::string> Reader::string() {
  const auto text = view();
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

std::optional<std::string_view> Reader::view() {
  std::string_view raw;
  bool escaped = false;
  if (!expect_value(Kind::string) || !read_string(raw, escaped)) return std::nullopt;
  if (!escaped) return raw;
  viewed_ = unescape(raw);
  return viewed_;
}

std::string_view Reader::number() {
  std::string_view text;
  if (!expect_value(Kind::number) || !read_number(text)) return {};
  return text;
}

std::optional<std::int64_t> Reader::integer() {
  const std::string_view text = number();
  if (failed_) return std::nullopt;
  std::int64_t value = 0;
  const auto plain = std::from_chars(text.data(), text.data() + text.size(), value);
  if (plain.ec == std::errc() && plain.ptr == text.data() + text.size()) return value;
  const std::string canonical = canonical_number(text);
  const auto result = std::from_chars(canonical.data(), canonical.data() + canonical.size(), value);
  if (result.ec != std::errc() || result.ptr != canonical.data() + canonical.size()) {
    return fail("a whole number is wanted here"), std::nullopt;
  }
  return value;
}

std::optional<bool> Reader::boolean() {
  if (!expect_value(Kind::boolean)) return std::nullopt;
  const bool value = *at_ == 't';
  if (!read_word(value ? "true" : "false")) return std::nullopt;
  return value;
}

bool Reader::null() { return expect_value(Kind::null) && read_word("null"); }

std::string unescape(std::string_view raw) {
  std::string text;
  text.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\') {
      text += raw[i];
      continue;
    }
    switch (raw[++i]) {
      case 'b': text += '\b'; break;
      case 'f': text += '\f'; break;
      case 'n': text += '\n'; break;
      case 'r': text += '\r'; break;
      case 't': text += '\t'; break;
      case 'u': {
        auto unit = static_cast<unsigned>(hex4(raw.data() + i + 1, raw.data() + raw.size()));
        i += 4;
        if (unit >= 0xD800 && unit <= 0xDBFF) {
          const auto low = static_cast<unsigned>(hex4(raw.data() + i + 3, raw.data() + raw.size()));
          unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
          i += 6;
        }
        append_utf8(text, unit);
        break;
      }
      default: text += raw[i];
    }
  }
  return text;
}

}  // namespace tram::json
