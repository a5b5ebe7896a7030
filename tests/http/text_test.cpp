#include "http/coding.h"
#include "http/date.h"
#include "http/message.h"
#include "http/router.h"
#include "http/signal.h"
#include "http/url.h"
#include "tests/support/catch.h"

namespace tram::http {

TEST_CASE("a path is split before it is decoded") {
  const auto segments = [](std::string target) { return *Request{"GET", std::move(target)}.segments(); };
  using List = std::vector<std::string>;
  CHECK(segments("/office/_design%2Fx?a=/b") == List{"office", "_design/x"});
  CHECK(segments("/office/_design/x") == List{"office", "_design", "x"});
  CHECK(segments("/") == List{});
  CHECK(segments("/office/") == List{"office"});
  CHECK(segments("/b%C3%A1o%20c%C3%A1o/a+b") == List{"báo cáo", "a+b"});
  CHECK_FALSE(Request{"GET", "/a%2"}.segments().ok());
  CHECK_FALSE(Request{"GET", "/a%zz"}.segments().ok());
}

TEST_CASE("query parameters, cookies and media types are found") {
  const Request request{"GET",
                        "/db/_changes?since=%225%22&q=a+b&flag&x=1=2",
                        {{"Cookie", "a=1; AuthSession=xyz=="}, {"Content-Type", "Application/JSON ; charset=utf-8"}}};
  CHECK(request.path() == "/db/_changes");
  CHECK(request.parameter("since") == "\"5\"");
  CHECK(request.parameter("q") == "a b");
  CHECK(request.parameter("flag") == "");
  CHECK(request.parameter("x") == "1=2");
  CHECK_FALSE(request.parameter("none"));
  CHECK(request.cookie("AuthSession") == "xyz==");
  CHECK_FALSE(request.cookie("Auth"));
  CHECK(request.content_type() == "application/json");
}

TEST_CASE("every text survives percent encoding and a query") {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  CHECK(*percent_decode(percent_encode(all)) == all);
  CHECK(percent_encode("a/b ü") == "a%2Fb%20%C3%BC");
  const Parameters parameters{{"a&b", "c=d"}, {"e", "f g+h"}};
  CHECK(*parse_query(build_query(parameters)) == parameters);
}

TEST_CASE("URLs are taken apart, credentials apart from the rest") {
  const auto url = parse_url("HTTPS://can%20bo:p%40ss@Tinh.Example:8443/tram/");
  REQUIRE(url.ok());
  CHECK(url->tls);
  CHECK(url->user == "can bo");
  CHECK(url->password == "p@ss");
  CHECK(url->text() == "https://tinh.example:8443/tram");
  CHECK(parse_url("http://[::1]:5984")->host == "::1");
  CHECK(parse_url("http://[::1]:5984")->text() == "http://[::1]:5984");
  CHECK(parse_url("http://127.0.0.1")->is_loopback());
  CHECK(parse_url("https://x.example")->port == 443);
  for (const char* bad :
       {"ftp://x", "x", "http://", "http://x:0", "http://x:99999", "http://x:8a", "http://x/?q", "http://a b/",
        "http://[::1", "http://u:p@", "http://x::1]:80/", "http://[a[b]/", "http://::1/"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_url(bad).ok());
  }
  CHECK(parse_url("http://name:secret@host:bad").error().message.find("secret") == std::string::npos);
}

TEST_CASE("dates are written and read as HTTP does") {
  CHECK(http_date(784111777000) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784111777000);
  for (const char* bad :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nox 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 28:49:37 GMT", "Sun, 06 Nov 1994 08*49:37 GMT", "Sun, 06 Nov-1994 08:49:37 GMT"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_http_date(bad));
  }
}

TEST_CASE("header names compare without case and values cannot forge fields") {
  Headers headers{{"Content-Type", "a"}, {"Set-Cookie", "b"}};
  headers.add("set-cookie", "c");
  CHECK(headers.get("CONTENT-TYPE") == "a");
  CHECK(headers.size() == 3);
  headers.set("SET-COOKIE", "d\r\nX-Forged: yes");
  CHECK(headers.size() == 2);
  CHECK(headers.get("Set-Cookie") == "d  X-Forged: yes");
}

TEST_CASE("gzip and zstd survive and refuse what is cut, damaged or too large") {
  const Coding coding = GENERATE(Coding::gzip, Coding::zstd);
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i * 7919) + ",";
  const std::string packed = encode(coding, text);
  CHECK(packed.size() < text.size() / 2);
  CHECK(*decode(coding, packed, {}) == text);
  CHECK(*decode(coding, encode(coding, ""), {}) == "");
  for (std::size_t cut = 0; cut < packed.size(); cut += 97) {
    CHECK(decode(coding, packed.substr(0, cut), {}).error().code == ErrorCode::bad_request);
  }
  CHECK(decode(coding, packed.substr(0, packed.size() - 1), {}).error().code == ErrorCode::bad_request);
  CHECK(decode(coding, packed + "x", {}).error().code == ErrorCode::bad_request);
  CHECK(decode(coding, packed + packed, {}).error().code == ErrorCode::bad_request);
  CHECK(decode(coding, "not coded", {}).error().code == ErrorCode::bad_request);
  std::string damaged = packed;
  damaged[packed.size() / 2] = static_cast<char>(damaged[packed.size() / 2] ^ 1);
  CHECK(decode(coding, damaged, {}).error().code == ErrorCode::bad_request);
  damaged = packed;
  damaged[packed.size() - 1] = static_cast<char>(damaged[packed.size() - 1] ^ 1);  // of the checksum, or the length
  CHECK(decode(coding, damaged, {}).error().code == ErrorCode::bad_request);
  CHECK(decode(coding, packed, {text.size() - 1, 0}).error().code == ErrorCode::too_large);
  CHECK(decode(coding, packed, {text.size(), 0}).ok());
  CHECK(decode(coding, encode(coding, std::string(20 << 20, '0')), {64 << 20, 100}).error().code ==
        ErrorCode::too_large);
}

TEST_CASE("what a zstd frame says of its size is heard, and what says nothing is none") {
  CHECK(announced_size(Coding::zstd, encode(Coding::zstd, std::string(5000, 'x'))) == 5000);
  CHECK(announced_size(Coding::zstd, "no frame at all") == 0);
  CHECK(announced_size(Coding::zstd, "") == 0);
  CHECK(announced_size(Coding::gzip, encode(Coding::gzip, std::string(5000, 'x'))) == 0);
  std::string in_parts;
  Encoder encoder(Coding::zstd);
  for (const Flush flush : {Flush::none, Flush::finish}) encoder.add(std::string(5000, 'x'), flush, in_parts);
  CHECK(announced_size(Coding::zstd, in_parts) == 0);
}

TEST_CASE("a whole zstd frame that says how much it holds is decoded at once, and nothing else is") {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i * 7919) + ",";
  const std::string packed = encode(Coding::zstd, text);
  CHECK(decode_announced(Coding::zstd, packed, text.size()) == text);
  CHECK_FALSE(decode_announced(Coding::zstd, packed, text.size() - 1));
  CHECK_FALSE(decode_announced(Coding::zstd, packed + "x", text.size()));
  CHECK_FALSE(decode_announced(Coding::zstd, packed + encode(Coding::zstd, ""), text.size()));
  CHECK_FALSE(decode_announced(Coding::zstd, packed + packed, 2 * text.size()));
  for (std::size_t cut = 0; cut < packed.size(); cut += 97) {
    CHECK_FALSE(decode_announced(Coding::zstd, packed.substr(0, cut), text.size()));
  }
  CHECK_FALSE(decode_announced(Coding::zstd, packed.substr(0, packed.size() - 1), text.size()));
  for (const std::size_t at : {packed.size() / 2, packed.size() - 1}) {
    std::string damaged = packed;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    CHECK_FALSE(decode_announced(Coding::zstd, damaged, text.size()));
  }
  CHECK_FALSE(decode_announced(Coding::gzip, encode(Coding::gzip, text), text.size()));
  std::string in_parts;
  Encoder encoder(Coding::zstd);
  for (const Flush flush : {Flush::none, Flush::finish}) encoder.add(text, flush, in_parts);
  CHECK_FALSE(decode_announced(Coding::zstd, in_parts, 2 * text.size()));
}

TEST_CASE("a zstd frame that wants much memory is refused before it gets it") {
  // Magic, a header without a size, and a window of 2 GiB.
  CHECK(decode(Coding::zstd, std::string("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00", 9), {}).error().code ==
        ErrorCode::bad_request);
}

TEST_CASE("the best coding that somebody takes is found") {
  CHECK(best_accepted("") == Coding::identity);
  CHECK(best_accepted("br, deflate") == Coding::identity);
  CHECK(best_accepted("gzip, deflate, br") == Coding::gzip);
  CHECK(best_accepted("gzip;q=1.0, zstd;q=0.1") == Coding::zstd);
  CHECK(best_accepted("zstd;q=0, x-gzip") == Coding::gzip);
  CHECK(best_accepted("zstd; q=0.000") == Coding::identity);
  CHECK(coding_for(512, Coding::zstd) == Coding::identity);
  CHECK(coding_for(513, Coding::zstd) == Coding::gzip);
  CHECK(coding_for(1 << 20, Coding::zstd) == Coding::zstd);
  CHECK(coding_for(1 << 20, Coding::identity) == Coding::identity);
}

TEST_CASE("what went into a flushed encoder can be read at once") {
  const Coding coding = GENERATE(Coding::gzip, Coding::zstd);
  Encoder encoder(coding);
  Decoder decoder(coding, {});
  std::string wire, text;
  const auto collect = [&](std::string_view part) -> Status {
    text += part;
    return {};
  };
  encoder.add("row 1\n", Flush::sync, wire);
  REQUIRE(decoder.add(wire, collect).ok());
  CHECK(text == "row 1\n");
  CHECK_FALSE(decoder.finish().ok());
  wire.clear();
  encoder.add("", Flush::finish, wire);
  REQUIRE(decoder.add(wire, collect).ok());
  CHECK(decoder.finish().ok());
}

TEST_CASE("the router prefers literal segments and tells wrong methods from unknown paths") {
  Router router;
  const auto says = [](std::string name) {
    return [name](const Request&, const PathValues& path) {
      return text_response(200,
                           name + (path.has("db") ? ":" + path["db"] : "") + (path.has("id") ? ":" + path["id"] : ""));
    };
  };
  router.add("GET", "/{db}/{id}", says("document"))
      .add("PUT", "/{db}/{id}", says("write"))
      .add("GET", "/{db}/_changes", says("changes"))
      .add("GET", "/", says("root"))
      .add("GET", "/assets/{id...}", says("asset"));
  const auto ask = [&](std::string method, std::string target) {
    return router.route({std::move(method), std::move(target)});
  };
  CHECK(ask("GET", "/").body == "root");
  CHECK(ask("GET", "/office/_changes?since=0").body == "changes:office");
  CHECK(ask("GET", "/office/_design%2Fx").body == "document:office:_design/x");
  CHECK(ask("HEAD", "/office/a").body == "document:office:a");
  CHECK(ask("PUT", "/office/a").body == "write:office:a");
  CHECK(ask("GET", "/assets/js/app.js").body == "asset:js/app.js");
  CHECK(ask("GET", "/assets/app.js").body == "asset:app.js");
  CHECK(ask("POST", "/office/a").status == 405);
  CHECK(ask("POST", "/office/a").headers.get("Allow") == "GET, HEAD, PUT");
  CHECK(ask("GET", "/a/b/c").status == 404);
  CHECK(ask("GET", "/a/%").status == 400);
}

TEST_CASE("a signal raised between looking and waiting is not missed") {
  const auto news = Signal::make();
  const Watch watch = news->watch();
  CHECK_FALSE(watch.fired());
  int calls = 0;
  auto early = news->subscribe(watch.seen, [&] { ++calls; });
  news->raise();
  CHECK(calls == 1);
  CHECK(watch.fired());
  news->raise();
  CHECK(calls == 1);  // once
  auto late = news->subscribe(watch.seen, [&] { ++calls; });
  CHECK(calls == 2);
  {
    auto gone = news->subscribe(news->count(), [&] { ++calls; });
  }
  news->raise();
  CHECK(calls == 2);
  CHECK(news->subscribers() == 0);
}

}  // namespace tram::http
