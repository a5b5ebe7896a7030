// http/headers.h: header fields in the order they were added; names compare without regard to case.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace tram::http {

// ASCII only, as everything that HTTP compares without regard to case.
bool same_without_case(std::string_view a, std::string_view b);

class Headers {
 public:
  struct Field {
    std::string name;
    std::string value;
  };

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  // The value of the first field of that name; empty when there is none.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  // One field of that name remains, with this value. Line breaks and NUL in a value become spaces: data cannot forge
  // a field.
  void set(std::string_view name, std::string_view value);
  void set_if_absent(std::string_view name, std::string_view value);
  void add(std::string_view name, std::string_view value);  // beside those of the same name, as for Set-Cookie
  void remove(std::string_view name);

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  bool empty() const { return fields_.empty(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

}  // namespace tram::http
