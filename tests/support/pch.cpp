// Compiles the precompiled header of all tests, and the code of JSON values for them.
#include "tests/support/json_once.h"

template class nlohmann::basic_json<>;
