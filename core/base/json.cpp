#include "core/base/json.h"

#include "core/base/json_bytes.h"

namespace tram::json {

Value read(Reader& reader) {
  switch (reader.peek()) {
    case Kind::object: {
      Value object = Value::object();
      if (!reader.enter_object()) return nullptr;
      while (const auto name = reader.next_member()) {
        std::string key(*name);
        object.emplace(std::move(key), read(reader));
      }
      return object;
    }
    case Kind::array: {
      Value array = Value::array();
      if (!reader.enter_array()) return nullptr;
      while (reader.next_element()) array.push_back(read(reader));
      return array;
    }
    case Kind::string: {
      auto text = reader.string();
      return text ? Value(std::move(*text)) : Value(nullptr);
    }
    case Kind::number: {
      const std::string_view text = reader.number();
      return reader.ok() ? number_value(text) : Value(nullptr);
    }
    case Kind::boolean: return reader.boolean().value_or(false);
    case Kind::null:
    case Kind::none: break;
  }
  reader.null();
  return nullptr;
}

Result<Value> parse(std::string_view text, std::size_t depth_max) {
  Reader reader(text, depth_max);
  Value value = read(reader);
  RETURN_IF_ERROR(reader.finish());
  return value;
}

Result<Value> parse_object(std::string_view text, std::size_t depth_max) {
  ASSIGN_OR_RETURN(Value value, parse(text, depth_max));
  if (!value.is_object()) return error(ErrorCode::bad_request, "a JSON object is wanted");
  return value;
}

namespace {

void print_escape(std::string& out, unsigned char c) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out += '\\';
  switch (c) {
    case '"': out += '"'; break;
    case '\\': out += '\\'; break;
    case '\b': out += 'b'; break;
    case '\f': out += 'f'; break;
    case '\n': out += 'n'; break;
    case '\r': out += 'r'; break;
    case '\t': out += 't'; break;
    default:
      out += "u00";
      out += kDigits[c >> 4];
      out += kDigits[c & 15];
  }
}

}  // namespace

void print_string(std::string& out, std::string_view text) {
  const char *from = text.data(), *const end = from + text.size();
  bool high = false;
  out += '"';
  for (const char* at; (at = string_stop(from, end, high)) != end; from = at + 1) {
    out.append(from, at);
    print_escape(out, static_cast<unsigned char>(*at));
  }
  out.append(from, end);
  out += '"';
}

void print_to(std::string& out, const Value& value) {
  switch (value.type()) {
    case Value::value_t::object: {
      out += '{';
      bool first = true;
      for (const auto& [name, member] : value.items()) {
        if (!first) out += ',';
        first = false;
        print_string(out, name);
        out += ':';
        print_to(out, member);
      }
      out += '}';
      return;
    }
    case Value::value_t::array: {
      out += '[';
      bool first = true;
      for (const Value& element : value) {
        if (!first) out += ',';
        first = false;
        print_to(out, element);
      }
      out += ']';
      return;
    }
    case Value::value_t::string: print_string(out, value.get_ref<const std::string&>()); return;
    case Value::value_t::boolean: out += value.get<bool>() ? "true" : "false"; return;
    case Value::value_t::null:
    case Value::value_t::discarded: out += "null"; return;
    default: out += *number_text(value); return;
  }
}

std::string print(const Value& value) {
  std::string out;
  print_to(out, value);
  return out;
}

namespace {

const Value* member(const Value& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

}  // namespace

std::optional<std::string> string_at(const Value& object, std::string_view name) {
  const Value* found = member(object, name);
  return found && found->is_string() ? std::optional(found->get<std::string>()) : std::nullopt;
}

std::optional<std::int64_t> integer_at(const Value& object, std::string_view name) {
  const Value* found = member(object, name);
  return found && found->is_number_integer() ? std::optional(found->get<std::int64_t>()) : std::nullopt;
}

std::optional<bool> boolean_at(const Value& object, std::string_view name) {
  const Value* found = member(object, name);
  return found && found->is_boolean() ? std::optional(found->get<bool>()) : std::nullopt;
}

const Value* object_at(const Value& object, std::string_view name) {
  const Value* found = member(object, name);
  return found && found->is_object() ? found : nullptr;
}

const Value* array_at(const Value& object, std::string_view name) {
  const Value* found = member(object, name);
  return found && found->is_array() ? found : nullptr;
}

}  // namespace tram::json
