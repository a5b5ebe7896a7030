// tram-chaos-proxy: ChaosProxy as a program, told what to do by lines on standard input or on a control port.
//
//   tram-chaos-proxy TARGET_PORT [--listen PORT] [--control PORT]      0 (default of --listen): any free port
//
// Prints "listening on http://127.0.0.1:PORT", with --control also "control on 127.0.0.1:PORT". Runs until SIGTERM,
// SIGINT or the line "quit"; the end of standard input ends only the reading of it.
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <iostream>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "tests/chaos_proxy/chaos_proxy.h"
#include "tests/chaos_proxy/sockets.h"

namespace {

using tram::Fd;

struct Options {
  std::uint16_t target = 0;
  std::uint16_t listen = 0;
  std::optional<std::uint16_t> control;
};

std::optional<std::uint16_t> port_in(std::string_view text) {
  std::uint16_t port = 0;
  if (const auto colon = text.rfind(':'); colon != std::string_view::npos) text.remove_prefix(colon + 1);
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

std::optional<Options> read_options(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    const bool named = arguments[at].starts_with("--");
    const auto port = port_in(arguments[named && at + 1 < arguments.size() ? at + 1 : at]);
    if (!port) return std::nullopt;
    if (arguments[at] == "--listen")
      options.listen = *port;
    else if (arguments[at] == "--control")
      options.control = *port;
    else if (named)
      return std::nullopt;
    else
      options.target = *port;
    if (named) ++at;
  }
  if (options.target == 0) return std::nullopt;
  return options;
}

// Somebody who gives commands: a reading and a writing end, and the beginning of a line.
struct Speaker {
  Fd in;
  int out;
  std::string pending;
};

// False when the speaker has nothing more to say.
bool hear(Speaker& speaker, tram::ChaosProxy& proxy, bool& quit) {
  std::array<char, 4096> buffer{};
  const ssize_t n = read(speaker.in.get(), buffer.data(), buffer.size());
  if (n <= 0) return false;
  speaker.pending.append(buffer.data(), static_cast<std::size_t>(n));
  for (auto end = speaker.pending.find('\n'); end != std::string::npos; end = speaker.pending.find('\n')) {
    const std::string line = speaker.pending.substr(0, end);
    speaker.pending.erase(0, end + 1);
    quit = quit || line == "quit";
    std::string answer = line == "help" ? std::string(tram::kChaosHelp) : quit ? "ok" : proxy.command(line);
    answer += "\n";
    if (write(speaker.out, answer.data(), answer.size()) < 0) return false;
  }
  return true;
}

void serve(tram::ChaosProxy& proxy, const Fd& control, const Fd& signals) {
  std::list<Speaker> speakers;
  speakers.push_back({Fd(dup(STDIN_FILENO)), STDOUT_FILENO, {}});
  for (bool quit = false; !quit;) {
    std::vector<pollfd> fds = {{signals.get(), POLLIN, 0}, {control.get(), POLLIN, 0}};
    for (const Speaker& speaker : speakers) fds.push_back({speaker.in.get(), POLLIN, 0});
    poll(fds.data(), fds.size(), -1);
    if (fds[0].revents != 0) return;
    std::size_t at = 2;
    std::erase_if(speakers, [&](Speaker& speaker) { return fds[at++].revents != 0 && !hear(speaker, proxy, quit); });
    if (fds[1].revents != 0) {
      Fd fd(accept4(control.get(), nullptr, nullptr, SOCK_CLOEXEC));
      const int out = fd.get();
      if (fd) speakers.push_back({std::move(fd), out, {}});
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = read_options({argv + 1, argv + argc});
  if (!options) {
    std::cerr << "usage: tram-chaos-proxy TARGET_PORT [--listen PORT] [--control PORT]\n" << tram::kChaosHelp;
    return 2;
  }
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  const Fd signals(signalfd(-1, &stop, SFD_CLOEXEC));

  tram::ChaosProxy proxy(options->target, options->listen);
  std::cout << "listening on " << proxy.url() << std::endl;
  Fd control;
  if (options->control) {
    control = tram::listen_on(*options->control);
    std::cout << "control on 127.0.0.1:" << tram::port_of(control) << std::endl;
  }
  serve(proxy, control, signals);
  return 0;
}
