#include <csignal>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_session.hpp>
int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // as the programs do: a cut connection is an error value
  return Catch::Session().run(argc, argv);
}
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // as the programs do: a cut connection is an error value
  return Catch::Session().run(argc, argv);
}
#endif
