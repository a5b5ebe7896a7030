// What a province has computed from documents, kept in a file that may be lost at any time.
#include "storage/derived.h"

#include <fstream>

#include "tests/support/catch.h"
#include "tests/support/check.h"
#include "tests/support/temp_folder.h"

namespace tram {
namespace {

using test::must;

std::string all(Derived& derived, std::string_view prefix) {
  std::string text;
  must(derived.each(prefix, [&](std::string_view key, std::string_view value) {
    text += std::string(key) + "=" + std::string(value) + ";";
  }));
  return text;
}

}  // namespace

TEST_CASE("computed figures are there when the province's program starts again, in order of their keys") {
  const test::TempFolder folder;
  const std::string path = folder.file("figures.db");
  {
    const auto derived = must(Derived::open(path, "figures 1"));
    must(derived->apply({{"bm11/2", "20"}, {"bm11/1", "10"}, {"bm02/1", "1"}, {"bm12", ""}}));
  }
  const auto derived = must(Derived::open(path, "figures 1"));
  CHECK(all(*derived, "bm11/") == "bm11/1=10;bm11/2=20;");
  CHECK(all(*derived, "bm") == "bm02/1=1;bm11/1=10;bm11/2=20;bm12=;");
  CHECK(must(derived->get("bm02/1")) == "1");
  CHECK_FALSE(must(derived->get("bm03")));
}

TEST_CASE("computed figures go one by one or with all that begin alike") {
  const test::TempFolder folder;
  const auto derived = must(Derived::open(folder.file("figures.db"), "figures 1"));
  must(derived->apply({{"a/1", "1"}, {"a/2", "2"}, {"b/1", "3"}, {"b/2", "4"}}));
  must(derived->apply({{"a/*", std::nullopt}, {"b/1", std::nullopt}, {"b/2", "5"}}));
  CHECK(all(*derived, "a/") == "");
  CHECK(all(*derived, "b/") == "b/2=5;");
}

TEST_CASE("a file of figures for another purpose, or that is no database, is begun anew and empty") {
  const test::TempFolder folder;
  const std::string path = folder.file("figures.db");
  { must(must(Derived::open(path, "figures 1"))->apply({{"a", "1"}})); }
  CHECK(all(*must(Derived::open(path, "figures 2")), "a") == "");
  std::ofstream(path, std::ios::trunc | std::ios::binary) << std::string(8192, 'x');
  const auto derived = must(Derived::open(path, "figures 2"));
  CHECK(all(*derived, "a") == "");
  must(derived->apply({{"a", "2"}}));
  CHECK(all(*derived, "a") == "a=2;");
}

}  // namespace tram
