// core/base/thread.h: threads, which the system may refuse (a limit of the account, TasksMax of the service).
//
// The standard's constructor throws then; here it is an error, so that a program says why it does not start. Any thread.
#pragma once

#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "core/base/result.h"

namespace tram {

// As std::jthread: work() or work(std::stop_token). Error internal.
template <typename Work>
Result<std::jthread> start_thread(Work work) {
  try {
    return std::jthread(std::move(work));
  } catch (const std::system_error& failure) {
    return error(ErrorCode::internal, std::string("the system gives no further thread: ") + failure.what());
  }
}

}  // namespace tram
