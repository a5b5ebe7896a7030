// Finding documents by their words, with and without accents.
#include "storage/search_index.h"

#include <fstream>

#include "tests/support/catch.h"
#include "tests/support/check.h"
#include "tests/support/fakes.h"
#include "tests/support/temp_folder.h"

namespace tram {
namespace {

using test::must;

// A store of plain texts, and an index beside it.
struct Shelf {
  test::TempFolder folder;
  test::ManualClock clock;
  test::SeededRandom random{7};
  std::unique_ptr<Store> store = open_store("office.db");
  std::unique_ptr<SearchIndex> index = must(SearchIndex::open(folder.file("search.db")));

  std::unique_ptr<Store> open_store(const std::string& name) {
    StoreOptions options;
    options.clock = &clock;
    options.random = &random;
    return must(Store::open(folder.file(name), options));
  }
  void save(const std::string& id, const std::string& text, bool deleted = false) {
    must(store->write([&](Transaction& transaction) -> Status {
      ASSIGN_OR_RETURN(const auto record, transaction.find(id));
      const RevisionId parent = record ? record->tree.at(record->tree.winner()).rev : RevisionId{};
      RETURN_IF_ERROR(transaction.save(id, parent, deleted, text));
      return {};
    }));
  }
  static std::optional<std::string> text_of(const Document& document) {
    if (document.id.starts_with("hidden:")) return std::nullopt;
    return document.body;
  }
  std::vector<std::string> find(const std::string& query, std::size_t limit = 20) {
    must(index->catch_up("office", *store, text_of));
    std::vector<std::string> ids;
    for (const SearchHit& hit : must(index->find(query, limit))) ids.push_back(hit.id);
    return ids;
  }
};

using Ids = std::vector<std::string>;

TEST_CASE("a clerk finds a report whether she types the accents or not") {
  Shelf shelf;
  shelf.save("a", "Huyện Quảng Hòa\nMô hình trồng dâu");
  shelf.save("b", "Đo lường chất lượng");
  shelf.save("hidden:c", "Đo lường");
  CHECK(shelf.find("quang hoa") == Ids{"a"});
  CHECK(shelf.find("QUẢNG HOÀ") == Ids{"a"});
  CHECK(shelf.find("do luong") == Ids{"b"});
  CHECK(shelf.find("đo lường chất l") == Ids{"b"});
  CHECK(shelf.find("đo lường hoa").empty());
  CHECK(must(shelf.index->find("dau", 5)).at(0).line == "Mô hình trồng dâu");
}

TEST_CASE("what carries the accents of the query comes first") {
  Shelf shelf;
  shelf.save("a", "hoa hoa hoa");
  shelf.save("b", "Hòa An và nhiều chữ khác nữa ở đây");
  CHECK(shelf.find("hòa") == Ids{"b", "a"});
  CHECK(shelf.find("hòa", 1) == Ids{"b"});
  CHECK(must(shelf.index->find("hòa", 5)).at(0).exact);
}

TEST_CASE("abbreviations and codes are words and operators of the search engine are not") {
  Shelf shelf;
  shelf.save("a", "Phòng KH&CN huyện, số 12/BC-UBND, CB-049-2024-01");
  CHECK(shelf.find("kh&cn") == Ids{"a"});
  CHECK(shelf.find("bc-ubnd") == Ids{"a"});
  CHECK(shelf.find("CB-049-2024") == Ids{"a"});
  for (const char* odd :
       {"\"", "NOT", "a AND", "phong OR )", "plain : x", "*", "", "  ", "& -", "phong NEAR(", "^phong"}) {
    INFO(odd);
    CHECK(must(shelf.index->find(odd, 5)).size() <= 1);
  }
  CHECK(shelf.index->find("\xff", 5).error().code == ErrorCode::bad_request);
}

TEST_CASE("an index follows edits and deletions and begins again when its file is damaged") {
  Shelf shelf;
  for (int i = 0; i < 600; ++i) shelf.save("r" + std::to_string(i), "Báo cáo số n" + std::to_string(i));
  CHECK(shelf.find("n599") == Ids{"r599"});
  shelf.save("r599", "Không còn gì");
  CHECK(shelf.find("n599").empty());
  CHECK(shelf.find("khong con gi") == Ids{"r599"});
  shelf.save("r599", "{}", true);
  CHECK(shelf.find("khong con gi").empty());

  shelf.index.reset();
  std::ofstream(shelf.folder.file("search.db"), std::ios::trunc) << "rác" << std::string(8192, 'x');
  shelf.index = must(SearchIndex::open(shelf.folder.file("search.db")));
  CHECK(shelf.find("n5", 1000).size() == 110);
}

TEST_CASE("a store put back from a backup is searched as it is now") {
  Shelf shelf;
  shelf.save("a", "sáng chế");
  must(shelf.store->backup(shelf.folder.file("copy.db")));
  shelf.save("b", "nhãn hiệu");
  CHECK(shelf.find("nhan hieu") == Ids{"b"});
  shelf.store = shelf.open_store("copy.db");
  must(shelf.store->begin_new_history(true, true));
  CHECK(shelf.find("nhan hieu").empty());
  CHECK(shelf.find("sang che") == Ids{"a"});
}

}  // namespace
}  // namespace tram
