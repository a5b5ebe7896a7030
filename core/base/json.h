// core/base/json.h: JSON values, and canonical JSON.
//
// Values are nlohmann::json trees filled by our Reader and printed by our printer. Numbers are exact decimals: an
// integer of 64 bits is stored as such; another number is stored as a double where printing that double gives the
// same decimal back (every decimal of at most 15 significant digits), and otherwise as its canonical text in a binary
// value of subtype kExactNumber, which is equal only to itself. So print(parse(x)) never changes a number's value.
// Use print(), never nlohmann's dump(): the latter knows neither the exact numbers nor the canonical form.
//
// Canonical JSON (for revision ids, merging, digests): no white space; members sorted by the bytes of their names;
// escapes \" \\ \b \f \n \r \t, other control characters \u00xx, everything else as it is; numbers in plain digits
// while the exponent of the first digit is within -7..20, otherwise d.ddde+x; 1.0, 1e0 and 1 print 1, -0 prints 0.
// It resembles RFC 8785 but sorts by bytes and keeps numbers exact. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/base/json_reader.h"
#include "core/base/result.h"

namespace tram::json {

using Value = nlohmann::json;

inline constexpr std::uint64_t kExactNumber = 0x4e;

// The whole text as one value. Error bad_request, with the byte where it went wrong.
Result<Value> parse(std::string_view text, std::size_t depth_max = kDepthMax);
// As parse, but the value must be an object.
Result<Value> parse_object(std::string_view text, std::size_t depth_max = kDepthMax);
// The value that comes next in a reader; null after an error (ask the reader).
Value read(Reader& reader);

// Canonical JSON text of a value.
std::string print(const Value& value);
void print_to(std::string& out, const Value& value);
void print_string(std::string& out, std::string_view text);  // quoted and escaped

// Canonical text of a number's text: "1.50e1" gives "15". The text must be a JSON number.
std::string canonical_number(std::string_view text);
// The value that stands for a number's text, as described above.
Value number_value(std::string_view text);
// Canonical text of a value that is a number of any kind; nothing for other values.
std::optional<std::string> number_text(const Value& value);
bool is_number(const Value& value);

// May this number be typed at an office? Integers within ±(2^53-1), otherwise at most 15 significant digits and an
// exponent within ±300: JavaScript peers would respell others.
bool is_portable_number(std::string_view canonical);

// Members by name with a type check; nothing when absent or of another type.
std::optional<std::string> string_at(const Value& object, std::string_view name);
std::optional<std::int64_t> integer_at(const Value& object, std::string_view name);
std::optional<bool> boolean_at(const Value& object, std::string_view name);
const Value* object_at(const Value& object, std::string_view name);
const Value* array_at(const Value& object, std::string_view name);

}  // namespace tram::json
