// Compiles the precompiled header of all tests, and the code of JSON values for them.
#include <csignal>

#include "tests/support/json_once.h"

template class nlohmann::basic_json<>;

namespace tram::test {
// As the programs do: writing to a cut connection is an error value. Catch2's own main() comes with its library.
const bool pipe_signal_ignored = std::signal(SIGPIPE, SIG_IGN) != SIG_ERR;
}  // namespace tram::test
