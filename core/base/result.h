// core/base/result.h: Result<T> is a T or the Error that prevented it. Result<void> is success or an Error.
//
//   Result<Form> form = load(text);
//   if (!form) return form.error();
//   use(*form);
//
//   RETURN_IF_ERROR(store.save(x));                 // for Result<void>, or any Result whose value is not needed
//   ASSIGN_OR_RETURN(const Form form, load(text));  // declares form, or returns the error from this function
//   CHECK(index < size);                            // only a bug can make this false: says where, and aborts
#pragma once

#include <cstdlib>
#include <optional>
#include <utility>
#include <variant>

#include "core/base/error.h"

namespace tram {

// Prints what was false and where, then aborts. Never returns.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

#define TRAM_CHECK(condition) \
  (static_cast<bool>(condition) ? static_cast<void>(0) : ::tram::check_failed(#condition, __FILE__, __LINE__))
#ifndef CHECK  // in tests CHECK is Catch2's
#define CHECK(condition) TRAM_CHECK(condition)
#endif

template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    TRAM_CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    TRAM_CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    TRAM_CHECK(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& {
    TRAM_CHECK(!ok());
    return *std::get_if<1>(&state_);
  }
  Error&& error() && {
    TRAM_CHECK(!ok());
    return std::move(*std::get_if<1>(&state_));
  }

  T value_or(T other) const& { return ok() ? value() : std::move(other); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const& {
    TRAM_CHECK(!ok());
    return *error_;
  }
  Error&& error() && {
    TRAM_CHECK(!ok());
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

#define TRAM_CONCAT_INNER(a, b) a##b
#define TRAM_CONCAT(a, b) TRAM_CONCAT_INNER(a, b)

#define RETURN_IF_ERROR_NAMED(result, expression)                      \
  do {                                                                 \
    auto&& result = (expression);                                      \
    if (!result.ok()) return ::tram::Error(std::move(result).error()); \
  } while (false)

#define RETURN_IF_ERROR(expression) RETURN_IF_ERROR_NAMED(TRAM_CONCAT(tram_status_, __COUNTER__), expression)

#define ASSIGN_OR_RETURN_NAMED(result, declaration, expression) \
  auto result = (expression);                                   \
  if (!result.ok()) return std::move(result).error();           \
  declaration = std::move(result).value()

#define ASSIGN_OR_RETURN(declaration, expression) \
  ASSIGN_OR_RETURN_NAMED(TRAM_CONCAT(tram_result_, __COUNTER__), declaration, expression)

}  // namespace tram
