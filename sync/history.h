// sync/history.h: the versions of one document: who made each, when, and what changed. Any thread.
#pragma once

#include <string_view>

#include "core/base/json.h"
#include "core/base/result.h"
#include "storage/store.h"

namespace tram {

// Every revision known, oldest first: {"rev","parent","leaf","local","deleted","kept","by","pc","at","clock","changes":
// [{"path","before","after"}]}; changes only where this revision and its parent are kept, or it is the first. Error
// not_found.
Result<json::Value> history_of(Store& store, std::string_view id);

}  // namespace tram
