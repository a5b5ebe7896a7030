// An answer on its way to the line, step by step.
#include "http/answer.h"

#include "tests/support/catch.h"
#include "tests/support/fakes.h"

namespace tram::http {
namespace {

struct Steps {
  test::ManualClock clock;
  ServerOptions options;
  BodyBudget budget;
  Handler handler;
  AnswerRules rules{options, handler, clock};
  Answer answer;

  explicit Steps(Stream stream)
      : handler([stream](const Request&) {
          Response response = text_response(200, "", "application/json");
          response.stream = stream;
          return response;
        }),
        answer(rules, {{"GET", "/", {{"Accept-Encoding", "zstd"}}, {}}, 0, true}, BodyLease(budget)) {}
};

// Of a connection that ends with the answer: nothing but the coded bytes.
std::string plain(std::string_view coded) {
  std::string text;
  Decoder decoder(Coding::zstd, {1 << 30, 0});
  CHECK(decoder
            .add(coded,
                 [&](std::string_view part) {
                   text += part;
                   return Status();
                 })
            .ok());
  return text;
}

TEST_CASE("what a coding makes small goes to the line in few pieces, and whole") {
  const std::string row(1000, 'r');
  Steps steps([row, left = 8000]() mutable -> Result<Chunk> { return left-- > 0 ? Chunk::data(row) : Chunk::end(); });
  std::string coded;
  int pieces = 0;
  for (bool more = true; more; ++pieces) {
    const Step step = steps.answer.next();
    coded += step.body;
    more = step.then == Step::Then::more;
  }
  CHECK(pieces == 1);
  CHECK(plain(coded).size() == 8'000'000);
}

TEST_CASE("pieces of an answer that no coding makes small stay small") {
  Steps steps([n = 0U]() mutable -> Result<Chunk> {
    std::string noise(1000, '\0');
    for (char& c : noise) c = static_cast<char>((n = n * 1664525U + 1013904223U) >> 24U);
    return Chunk::data(std::move(noise));
  });
  for (int n = 0; n < 20; ++n) {
    const Step step = steps.answer.next();
    REQUIRE(step.then == Step::Then::more);
    CHECK(step.body.size() < 200'000);
  }
}

TEST_CASE("rows that come slowly are not held back until a piece is full") {
  test::ManualClock* time = nullptr;
  constexpr std::size_t kRow = 5000;
  Steps steps([&time]() -> Result<Chunk> {
    time->advance(60);
    return Chunk::data(std::string(kRow, 'r'));
  });
  time = &steps.clock;
  std::string coded;
  for (int n = 1; n <= 5; ++n) {
    const std::int64_t before_ms = steps.clock.steady_ms();
    const Step step = steps.answer.next();
    REQUIRE(step.then == Step::Then::more);
    coded += step.body;
    CHECK(steps.clock.steady_ms() - before_ms <= 300);
    CHECK(plain(coded).size() >= static_cast<std::size_t>(n) * kRow);  // all that was found is there to be read
  }
}

}  // namespace
}  // namespace tram::http
