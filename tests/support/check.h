// tests/support/check.h: a Result in a test is its value, or the test ends with the error's text.
#pragma once

#include <utility>

#include "core/base/result.h"
#include "tests/support/catch.h"

namespace tram::test {

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) {
    FAIL(name_of(result.error().code) << ": " << result.error().message);
  }
  return std::move(result).value();
}

inline void must(const Status& status) {
  if (!status.ok()) FAIL(name_of(status.error().code) << ": " << status.error().message);
}

}  // namespace tram::test
