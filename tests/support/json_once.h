// tests/support/json_once.h: JSON values whose code is compiled once for all tests (in pch.cpp) and not in every file.
#pragma once

#include "core/base/json.h"

extern template class nlohmann::basic_json<>;
