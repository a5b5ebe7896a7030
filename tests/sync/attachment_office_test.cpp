#include <filesystem>

#include "core/base/digest.h"
#include "tests/support/catch.h"
#include "tests/support/office.h"

namespace tram {
namespace {

using test::attached;
using test::must;
using test::Office;
using test::Province;

constexpr std::size_t kLarge = 900'000;  // four parts

std::string photo(std::size_t size, char seed) {
  std::string bytes(size, seed);
  for (std::size_t i = 0; i < size; i += 7) bytes[i] = static_cast<char>(i * 31);
  return bytes;
}

std::string attached(Province& province, const std::string& id, const std::string& name) {
  return attached(*province.database("office-a").store, id, name);
}

std::size_t blob_bytes(const Office& office) {
  std::size_t bytes = 0;
  for (const http::Request& request : office.line.requests) {
    if (request.method == "PUT" && request.target.find("/_blob/") != std::string::npos) bytes += request.body.size();
  }
  return bytes;
}
bool is_part(const http::Request& request) {
  return request.method == "PUT" && request.target.find("/_blob/") != std::string::npos && !request.body.empty();
}

// The line loses such requests.
test::Line::Fault lost(bool (*which)(const http::Request&)) {
  return [which](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (!which(request)) return std::nullopt;
    return Result<http::Response>(error(ErrorCode::offline, "the line was cut"));
  };
}

// A report that both PCs have, and the province in its copy too; since then the clerk has a photo of it.
std::string photographed_since_the_copy(Province& province, Office& clerk, Office& leader) {
  const std::string id = clerk.enters("bm02", "2024Q2", {{"n", 1}});
  sync_all(clerk, leader);
  province.keeps_a_copy();
  clerk.attaches(id, "site.jpg", photo(kLarge, 'p'));
  return id;
}

TEST_CASE("a small scan travels inside its report in one request") {
  Province province;
  Office clerk{province}, leader{province};
  const std::string id = clerk.enters("bm02", "2024Q2", {{"n", 1}});
  sync_all(clerk, leader);
  clerk.attaches(id, "scan.jpg", photo(5000, 's'));
  CHECK(clerk.requests_of([&] { clerk.syncs(); }) == 1);
  CHECK(attached(province, id, "scan.jpg") == photo(5000, 's'));
  leader.syncs();
  CHECK(attached(*leader.own, id, "scan.jpg") == photo(5000, 's'));
  CHECK(leader.refusals().empty());
}

TEST_CASE("numbers go before photos and photos go in parts both ways") {
  Province province;
  Office clerk{province}, leader{province};
  const std::string with_photo = clerk.enters("bm02", "2024Q2", {{"n", 1}});
  sync_all(clerk, leader);
  clerk.attaches(with_photo, "site.jpg", photo(kLarge, 'p'));
  const std::string small = clerk.enters("bm03", "2024Q2", {{"n", 2}});
  clerk.line.log.clear();
  clerk.syncs();
  const auto& log = clerk.line.log;
  const auto first_part = std::find_if(
      log.begin(), log.end(), [](const std::string& line) { return line.find("/_blob/") != std::string::npos; });
  CHECK(std::find(log.begin(), first_part, "POST /office-a/_bulk_docs") != first_part);
  CHECK(attached(province, with_photo, "site.jpg") == photo(kLarge, 'p'));
  CHECK(clerk.status().pending == 0);
  CHECK(clerk.status().refused == 0);
  CHECK(clerk.fate(with_photo).fate == Fate::received);

  leader.syncs();
  CHECK(leader.value(small, "n") == 2);
  CHECK(attached(*leader.own, with_photo, "site.jpg") == photo(kLarge, 'p'));
  CHECK(must(leader.own->verify()).findings.empty());
  CHECK(leader.leaves(with_photo) == clerk.leaves(with_photo));
}

TEST_CASE("F30: an empty file arrives also at a PC that went back and compares everything") {
  Province province;
  Office clerk{province}, leader{province};
  const std::string id = clerk.enters("bm02", "2024Q2", {{"n", 1}});
  sync_all(clerk, leader);
  leader.keeps_a_copy();
  clerk.attaches(id, "empty.txt", "");
  sync_all(clerk, leader);
  leader.goes_back();
  leader.syncs();
  leader.syncs();
  CHECK(leader.leaves(id) == clerk.leaves(id));
  CHECK(leader.refusals().empty());
}

TEST_CASE("F30, F31: a small scan that came by itself goes back to a province that lost it") {
  Province province;
  Office clerk{province}, leader{province};
  const std::string id = clerk.enters("bm02", "2024Q2", {{"n", 1}});
  sync_all(clerk, leader);
  leader.keeps_a_copy();
  province.keeps_a_copy();
  clerk.attaches(id, "scan.jpg", photo(300, 's'));
  sync_all(clerk, leader);
  leader.goes_back();
  leader.syncs();
  leader.syncs();
  REQUIRE(attached(*leader.own, id, "scan.jpg") == photo(300, 's'));
  province.goes_back();
  leader.syncs();
  CHECK(attached(province, id, "scan.jpg") == photo(300, 's'));
}

TEST_CASE("F31: a photo taken on another PC goes back to a province that lost it with its disk") {
  Province province;
  Office clerk{province}, leader{province};
  const std::string id = photographed_since_the_copy(province, clerk, leader);
  sync_all(clerk, leader);
  std::filesystem::remove_all(province.folder.file("office-a.db") + std::string(kBlobFolder));
  province.goes_back();
  leader.syncs();
  leader.syncs();
  CHECK(attached(province, id, "site.jpg") == photo(kLarge, 'p'));
  CHECK(leader.refusals().empty());
  CHECK(leader.requests_of([&] { leader.syncs(); }) == 1);
}

TEST_CASE("while a photo is on its way its report waits and is said to wait") {
  Province province;
  Office clerk{province};
  const std::string id = clerk.enters("bm02", "2024Q2", {{"n", 1}});
  clerk.syncs();
  clerk.attaches(id, "site.jpg", photo(kLarge, 'p'));
  clerk.line.before = [](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (is_part(request)) return Result<http::Response>(error(ErrorCode::offline, "no line"));
    return std::nullopt;
  };
  CHECK(clerk.tries_to_sync().error);
  CHECK(clerk.fate(id).fate == Fate::pending);
  CHECK(clerk.status().pending == 1);
  CHECK(clerk.status().refused == 0);
  clerk.line.before = nullptr;
  clerk.restarts();
  clerk.syncs();
  CHECK(clerk.fate(id).fate == Fate::received);
  CHECK(attached(province, id, "site.jpg") == photo(kLarge, 'p'));
}

TEST_CASE("what is typed while a photo goes up does not wait for it") {
  Province province;
  Office clerk{province};
  const std::string id = clerk.enters("bm02", "2024Q2", {{"n", 1}}), other = clerk.enters("bm03", "2024Q2", {{"n", 1}});
  clerk.syncs();
  clerk.attaches(id, "site.jpg", photo(kLarge, 'p'));
  int parts = 0, parts_when_it_arrived = 0;
  clerk.line.before = [&](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (is_part(request) && ++parts == 1) clerk.changes(other, "n", 7);
    if (parts_when_it_arrived == 0 && province.value(other, "n") == 7) parts_when_it_arrived = parts;
    return std::nullopt;
  };
  clerk.syncs();
  CHECK(parts == 4);
  CHECK(parts_when_it_arrived == 2);
  CHECK(attached(province, id, "site.jpg") == photo(kLarge, 'p'));
}

TEST_CASE("a photo cut at every request arrives whole and each cut costs one part at most") {
  for (const bool after_it_was_done : {false, true}) {
    Province province;
    Office clerk{province};
    const std::string id = clerk.enters("bm02", "2024Q2", {{"n", 1}});
    clerk.syncs();
    clerk.attaches(id, "site.jpg", photo(kLarge, 'p'));
    clerk.line.requests.clear();
    int cuts = 0, requests = 0;
    const auto cut = [&](const http::Request& request) -> std::optional<Result<http::Response>> {
      if (!is_part(request) || ++requests % 2 == 0) return std::nullopt;
      ++cuts;
      return Result<http::Response>(error(ErrorCode::offline, "cut"));
    };
    if (after_it_was_done) {
      clerk.line.after = cut;
    } else {
      clerk.line.before = cut;
    }
    for (int i = 0; i < 20 && clerk.fate(id).fate != Fate::received; ++i) clerk.tries_to_sync();
    CHECK(attached(province, id, "site.jpg") == photo(kLarge, 'p'));
    CHECK(cuts > 1);
    CHECK(blob_bytes(clerk) <= kLarge + static_cast<std::size_t>(cuts) * (256 << 10));
  }
}

TEST_CASE("an edit of a report does not send its photo again") {
  Province province;
  Office clerk{province}, leader{province};
  const std::string id = clerk.enters("bm02", "2024Q2", {{"n", 1}});
  clerk.attaches(id, "site.jpg", photo(kLarge, 'p'));
  clerk.attaches(id, "scan.jpg", photo(5000, 's'));
  sync_all(clerk, leader);
  for (Office* pc : {&clerk, &leader}) {
    pc->line.requests.clear();
    const json::Value body = pc->report(id);
    must(pc->own->write([&](Transaction& transaction) -> Status {
      ASSIGN_OR_RETURN(auto document, transaction.winner(id));
      RETURN_IF_ERROR(transaction.save(id, document->rev, false, "{\"n\":2}", document->attachments));
      return {};
    }));
    pc->syncs();
    REQUIRE(pc->line.requests.size() == 1);
    CHECK(pc->line.requests[0].body.size() < 2000);
    sync_all(clerk, leader);
  }
  CHECK(attached(*leader.own, id, "site.jpg") == photo(kLarge, 'p'));
  CHECK(attached(province, id, "scan.jpg") == photo(5000, 's'));
}

TEST_CASE("two PCs attach two files to one report: both stay everywhere") {
  Province province;
  Office clerk{province}, leader{province};
  const std::string id = clerk.enters("bm02", "2024Q2", {{"n", 1}});
  sync_all(clerk, leader);
  clerk.attaches(id, "a.jpg", photo(5000, 'a'));
  leader.attaches(id, "b.jpg", photo(kLarge, 'b'));
  sync_all(clerk, leader);
  sync_all(clerk, leader);
  for (Store* store : {clerk.own.get(), leader.own.get(), province.database("office-a").store.get()}) {
    CHECK(attached(*store, id, "a.jpg") == photo(5000, 'a'));
    CHECK(attached(*store, id, "b.jpg") == photo(kLarge, 'b'));
  }
  CHECK(clerk.live_leaves(id) == 1);
  CHECK(clerk.leaves(id) == leader.leaves(id));
  CHECK(clerk.leaves(id) == province.leaves(id));
}

TEST_CASE("two PCs attach different files under one name: both versions stay for a person") {
  Province province;
  Office clerk{province}, leader{province};
  const std::string id = clerk.enters("bm02", "2024Q2", {{"n", 1}});
  sync_all(clerk, leader);
  clerk.attaches(id, "scan.jpg", photo(5000, 'a'));
  leader.attaches(id, "scan.jpg", photo(5000, 'b'));
  sync_all(clerk, leader);
  CHECK(clerk.live_leaves(id) == 2);
  CHECK(province.live_leaves(id) == 2);
}

TEST_CASE("a photo that the province lost is sent once more when it is asked for") {
  Province province;
  Office clerk{province};
  const std::string id = clerk.enters("bm02", "2024Q2", {{"n", 1}});
  province.keeps_a_copy();
  clerk.syncs();
  clerk.attaches(id, "site.jpg", photo(kLarge, 'p'));
  clerk.syncs();
  province.goes_back();
  clerk.attaches(id, "note.txt", "small");
  for (int i = 0; i < 3; ++i) clerk.tries_to_sync();
  CHECK(province.leaves(id) == clerk.leaves(id));
  CHECK(attached(province, id, "site.jpg") == photo(kLarge, 'p'));
}

TEST_CASE("F31: what waited for its photo at a province that went back is not asked for ever after") {
  Province province;
  Office clerk{province}, leader{province};
  const std::string id = photographed_since_the_copy(province, clerk, leader);
  clerk.syncs();
  leader.line.before =
      lost([](const http::Request& request) { return request.target.find("/_blob/") != std::string::npos; });
  leader.tries_to_sync();
  REQUIRE(leader.refusals().size() == 1);
  leader.line.before = nullptr;
  province.goes_back();
  leader.syncs();
  CHECK(leader.refusals().empty());
  CHECK(leader.requests_of([&] { leader.syncs(); }) == 1);

  // The clerk still has it: so it comes after all.
  sync_all(clerk, leader);
  CHECK(attached(*leader.own, id, "site.jpg") == photo(kLarge, 'p'));
  CHECK(leader.refusals().empty());
}

TEST_CASE("F42: a report that waited for its photo until its first revision was forgotten is sent once") {
  Province province;
  Office clerk{province};
  const std::string id = clerk.enters("bm02", "2024Q2", {{"n", 1}});
  clerk.attaches(id, "site.jpg", photo(kLarge, 'p'));
  clerk.line.before = lost(is_part);
  clerk.tries_to_sync();
  REQUIRE(clerk.status().pending > 0);
  for (int n = 0; n < 1001; ++n) clerk.changes(id, "n", n);
  clerk.line.before = nullptr;
  clerk.syncs();
  CHECK(province.value(id, "n") == 1000);
  CHECK(clerk.status().pending == 0);
  CHECK(clerk.refusals().empty());
  CHECK(clerk.requests_of([&] { clerk.syncs(); }) == 1);
}

}  // namespace
}  // namespace tram
