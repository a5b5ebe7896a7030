// The proxy between a client and a listener that the test plays itself, so that nothing depends on timing.
#include "tests/chaos_proxy/chaos_proxy.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>

#include "core/base/system.h"
#include "tests/chaos_proxy/sockets.h"
#include "tests/support/catch.h"

using namespace tram;

namespace {

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view kPost = "POST /b HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello";

void send_all(const Fd& fd, std::string_view text) {
  REQUIRE(send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
}

// Reads until n bytes are there, or the connection ends.
std::string receive(const Fd& fd, std::size_t n = 1'000'000) {
  std::string out;
  std::array<char, 4096> buffer{};
  while (out.size() < n) {
    const ssize_t got = recv(fd.get(), buffer.data(), std::min(buffer.size(), n - out.size()), 0);
    if (got <= 0) break;
    out.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return out;
}

// Calls on this socket wait, for ten seconds at most.
Fd blocking(Fd fd) {
  const timeval limit{10, 0};
  if (fd) REQUIRE(fcntl(fd.get(), F_SETFL, 0) == 0);
  if (fd) REQUIRE(setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
  return fd;
}

// A line with the test at both ends.
struct Line {
  Fd listener = blocking(listen_on(0));
  ChaosProxy proxy{port_of(listener)};

  Fd dial() const { return blocking(connect_to(proxy.port())); }
  Fd answer() const { return blocking(accept_from(listener)); }
};

}  // namespace

TEST_CASE("a good line passes everything on and counts it") {
  const Line line;
  const Fd client = line.dial();
  send_all(client, kPost);
  const Fd server = line.answer();
  CHECK(receive(server, kPost.size()) == kPost);
  send_all(server, "answer");
  CHECK(receive(client, 6) == "answer");
  const ChaosStats stats = line.proxy.stats();
  CHECK(stats.connections == 1);
  CHECK(stats.requests == 1);
  CHECK(stats.bytes_up == kPost.size());
  CHECK(stats.bytes_down == 6);
  CHECK(line.proxy.request_lines() == std::vector<std::string>{"POST /b HTTP/1.1"});
}

TEST_CASE("the end of one direction is passed on and leaves the other open") {
  const Line line;
  const Fd client = line.dial();
  send_all(client, "question");
  shutdown(client.get(), SHUT_WR);
  const Fd server = line.answer();
  CHECK(receive(server) == "question");
  send_all(server, "answer");
  shutdown(server.get(), SHUT_WR);
  CHECK(receive(client) == "answer");
}

TEST_CASE("a cut line resets what is under way and refuses what comes until it is open again") {
  Line line;
  const Fd client = line.dial();
  send_all(client, kGet);
  const Fd server = line.answer();
  receive(server, kGet.size());
  line.proxy.cut();
  CHECK(receive(client).empty());
  CHECK(errno == ECONNRESET);
  CHECK_FALSE(line.dial());
  line.proxy.open();
  const Fd again = line.dial();
  send_all(again, kGet);
  CHECK(receive(line.answer(), kGet.size()) == kGet);
}

TEST_CASE("a stalled line moves nothing and goes on where it was") {
  Line line;
  const Fd client = line.dial();
  const Fd server = line.answer();
  line.proxy.stall();
  send_all(client, kGet);
  CHECK(line.proxy.stats().bytes_up == 0);
  CHECK(line.proxy.stats().bytes_up == 0);
  line.proxy.open();
  CHECK(receive(server, kGet.size()) == kGet);
}

TEST_CASE("F26: behind a half-open line everything is swallowed and nothing closes") {
  Line line;
  const Fd client = line.dial();
  send_all(client, kGet);
  const Fd server = line.answer();
  receive(server, kGet.size());
  line.proxy.half_open();
  CHECK(receive(server).empty());
  send_all(client, kGet);
  while (line.proxy.stats().requests < 2) {
  }
  std::array<char, 1> byte{};
  CHECK(recv(client.get(), byte.data(), 1, MSG_DONTWAIT) == -1);
  CHECK(errno == EAGAIN);
  CHECK(line.proxy.stats().open == 1);
}

TEST_CASE("a captive portal answers in the place of the province") {
  Line line;
  line.proxy.portal();
  const Fd client = line.dial();
  send_all(client, kPost);
  const std::string page = receive(client);
  CHECK(page.starts_with("HTTP/1.1 200 "));
  CHECK(page.find("<!DOCTYPE html>") != std::string::npos);
  CHECK(line.proxy.command("status 503") == "ok");
  const Fd other = line.dial();
  send_all(other, kGet);
  CHECK(receive(other).starts_with("HTTP/1.1 503 "));
  CHECK(line.proxy.stats().bytes_up == 0);
}

TEST_CASE("a cut after a number of bytes comes exactly there and only once") {
  Line line;
  line.proxy.cut_after(5, Way::down);
  const Fd client = line.dial();
  send_all(client, kGet);
  const Fd server = line.answer();
  receive(server, kGet.size());
  send_all(server, "0123456789");
  CHECK(receive(client).size() <= 5);
  CHECK(line.proxy.stats().bytes_down == 5);
  CHECK(line.proxy.stats().cuts == 1);
  const Fd again = line.dial();
  send_all(line.answer(), "0123456789");
  CHECK(receive(again, 10) == "0123456789");
}

TEST_CASE("a flaky line breaks at the same bytes for the same seed") {
  const auto bytes_until_cut = [](std::uint64_t seed) {
    Line line;
    line.proxy.flaky(seed, 2000);
    std::vector<std::uint64_t> lives;
    for (int i = 0; i < 5; ++i) {
      line.proxy.reset_stats();
      const Fd client = line.dial();
      const Fd server = line.answer();
      send_all(client, std::string(40'000, 'x'));
      receive(server);
      lives.push_back(line.proxy.stats().bytes_up);
    }
    return lives;
  };
  const auto lives = bytes_until_cut(7);
  CHECK(lives == bytes_until_cut(7));
  CHECK(lives != bytes_until_cut(8));
}

TEST_CASE("F21: a doubled request reaches the province twice and is answered once") {
  Line line;
  line.proxy.duplicate(true);
  const Fd client = line.dial();
  send_all(client, kPost.substr(0, 30));
  send_all(client, kPost.substr(30));
  const Fd first = line.answer();
  const Fd second = line.answer();
  CHECK(receive(first, kPost.size()) == kPost);
  CHECK(receive(second, kPost.size()) == kPost);
  send_all(first, "first");
  send_all(second, "second");
  CHECK(receive(client, 5) == "first");
  CHECK(line.proxy.stats().duplicates == 1);
}

TEST_CASE("a slow line delivers everything in the end") {
  Line line;
  line.proxy.throttle(20'000);
  line.proxy.delay(20);
  SystemClock clock;
  const auto begin = clock.steady_ms();
  const Fd client = line.dial();
  const Fd server = line.answer();
  const std::string text(6000, 'x');
  send_all(client, text);
  CHECK(receive(server, text.size()) == text);
  CHECK(clock.steady_ms() - begin >= 200);  // never faster than the rate allows, beyond a burst of a tenth of a second
}

TEST_CASE("cuts that come several times are counted from one to the next, however soon somebody is back") {
  Line line;
  CHECK(line.proxy.command("cut-after-bytes 5 down 2") == "ok");
  for (int i = 0; i < 2; ++i) {
    const Fd client = line.dial();
    send_all(line.answer(), "0123456789");
    CHECK(receive(client).size() <= 5);
  }
  CHECK(line.proxy.stats().cuts == 2);
  const Fd again = line.dial();
  send_all(line.answer(), "0123456789");
  CHECK(receive(again, 10) == "0123456789");
}

TEST_CASE("commands are words and a wrong one says so") {
  Line line;
  CHECK(line.proxy.command("cut") == "ok");
  CHECK(line.proxy.command("open") == "ok");
  CHECK(line.proxy.command("delay 5") == "ok");
  CHECK(line.proxy.command("profile 2g") == "ok");
  CHECK(line.proxy.command("cut-after-bytes 100 up") == "ok");
  CHECK(line.proxy.command("stats").starts_with(R"({"connections":0,)"));
  CHECK(line.proxy.command("delay soon").starts_with("error"));
  CHECK(line.proxy.command("sever").starts_with("error"));
}
