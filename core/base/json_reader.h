// core/base/json_reader.h: the one JSON parser (RFC 8259), as a cursor that walks a text once.
//
// It refuses what two readers could understand differently: duplicate member names, nesting deeper than a limit,
// invalid UTF-8, lone surrogates, a byte order mark, NaN, trailing commas, text after the value. Slices it returns
// point into the text, so a body can be cut out and carried on without being printed again.
//
//   json::Reader reader(text);
//   if (reader.enter_object()) {
//     while (auto name = reader.next_member()) {      // decoded name
//       if (*name == "docs") read_docs(reader);       // every value must be read, entered or skipped
//       else reader.skip();                           // checks the value and returns its slice
//     }
//   }
//   RETURN_IF_ERROR(reader.finish());                 // any error met on the way, or text left over
//
// Errors stick: after the first one every call answers "nothing", so a loop ends by itself, and finish() tells what
// and at which byte. Values of the wrong kind are errors too. Not thread-safe; the text must outlive the reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace tram::json {

inline constexpr std::size_t kDepthMax = 64;

enum class Kind { object, array, string, number, boolean, null, none };

class Reader {
 public:
  explicit Reader(std::string_view text, std::size_t depth_max = kDepthMax);

  Kind peek();                                    // kind of the value that comes next; none at an end or after an error
  bool enter_object();                            // true: inside; walk it with next_member until it answers nothing
  std::optional<std::string_view> next_member();  // decoded name, valid until the next call
  bool enter_array();                             // true: inside; walk it with next_element until it answers false
  bool next_element();

  std::string_view skip();                 // any value: checked, and its text as it stands
  std::optional<std::string> string();     // decoded
  std::optional<std::string_view> view();  // the same without a copy, valid until the next call
  std::optional<std::int64_t> integer();   // an exact integer in range, however spelt (1e2 is 100)
  std::optional<bool> boolean();
  std::string_view number();  // the text of a number as it stands
  bool null();                // reads a null

  bool ok() const { return !failed_; }
  std::size_t position() const { return static_cast<std::size_t>(at_ - begin_); }
  std::string_view text() const { return {begin_, static_cast<std::size_t>(end_ - begin_)}; }
  // Lets a caller report what it found wrong (wrong type, missing member) at the present place.
  void fail(std::string_view what);
  // The first error, or that something follows the value.
  Status finish();
  Error error() const;  // only when !ok()

 private:
  struct Level {
    bool is_object;
    bool first;
    std::uint64_t seen;       // a bit for each name of this object
    std::size_t names_begin;  // first name of this object in names_
  };

  // The next byte that is no white space, or NUL at the end: no value begins with one.
  char look() { return at_ != end_ && static_cast<unsigned char>(*at_) > ' ' ? *at_ : look_behind_space(); }
  char look_behind_space();
  bool expect_value(Kind kind);
  bool read_string(std::string_view& raw, bool& escaped);  // raw without its quotes
  bool read_escape();
  bool read_member(std::string_view& name);
  bool read_plain_name(bool first, std::string_view& name);
  bool read_odd_name(std::string_view& name);
  bool read_number(std::string_view& text);
  bool read_word(std::string_view word);
  bool push(bool is_object);
  void pop();
  bool skip_into();
  bool note_name(Level& level, std::string_view name);  // false: it stands there already
  bool is_known_name(const Level& level, std::string_view name) const;

  const char* begin_;
  const char* at_;
  const char* end_;
  std::size_t depth_max_;
  std::vector<Level> levels_;
  std::vector<std::string_view> names_;                // of all open objects
  std::vector<std::unique_ptr<std::string>> decoded_;  // owners of the names that had escapes
  std::string viewed_;                                 // the owner of a string that had escapes
  bool failed_ = false;
  std::size_t error_at_ = 0;
  std::string error_what_;
};

// Decodes the escapes of a string's raw text (without quotes), which a Reader has checked.
std::string unescape(std::string_view raw);

}  // namespace tram::json
