#include "tests/core/reports/reference.h"

using namespace tram;

TEST_CASE("the shipped units are one tree of codes with validity") {
  const UnitTree& tree = reference::units();
  CHECK(tree.size() == 685 + 1134);
  REQUIRE(tree.find("049", "2024-06-14") != nullptr);
  CHECK(tree.find("049", "2024-06-14")->name_vi == "Huyện Quảng Hòa");
  CHECK(tree.find("049", "2025-07-01") == nullptr);
  CHECK(tree.province_of("049", "2024-06-14") == "04");
  CHECK(tree.province_of("04", "2024-06-14") == "04");
  CHECK(tree.below("04", "2024-06-14").size() == 10);
}

TEST_CASE("a code comes back under another name") {
  const UnitTree& tree = reference::units();
  REQUIRE(tree.find("22591", "2024-06-14") != nullptr);
  REQUIRE(tree.find("22591", "2026-01-01") != nullptr);
  CHECK(tree.find("22591", "2024-06-14")->name_vi == "Phường Ninh Giang");
  CHECK(tree.find("22591", "2026-01-01")->name_vi == "Phường Hòa Thắng");
  CHECK(tree.newest("22591")->id() == "unit:22591:2025-07-01");
}

TEST_CASE("a unit survives its document") {
  const Unit* unit = reference::units().find("049", "2024-06-14");
  const auto again = unit_from_document(unit_document(*unit));
  REQUIRE(again);
  CHECK(again->id() == "unit:049:-");
  CHECK(again->valid_to == "2025-06-30");
  CHECK(again->stamp() == unit->stamp());
}

TEST_CASE("units that make no sense are refused with their line") {
  UnitTree tree;
  const auto status =
      tree.add_csv("code,name_vi,name_en,level,parent,valid_from,valid_to\n04,Tỉnh,P,1,VN,,\nxx,Gì,W,2,04,,\n");
  REQUIRE_FALSE(status);
  CHECK(status.error().message.starts_with("line 3"));
  CHECK(tree.add_csv("code,name_vi,level\n\"99\",\"Tỉnh \"\"A\"\", B\",1\n"));
  CHECK(tree.newest("99")->name_vi == "Tỉnh \"A\", B");
}

TEST_CASE("a slug says which unit it speaks of") {
  CHECK(default_slug("04", "049") == "vn-04-049");
  CHECK(default_slug("04", "04") == "vn-04");
  CHECK(unit_of_slug("vn-04-049") == "049");
  CHECK(unit_of_slug("vn-04") == "04");
  CHECK_FALSE(unit_of_slug("so-khcn"));
  CHECK_FALSE(unit_of_slug("vn-04-0491"));
  CHECK(is_slug("vn-04-049"));
  CHECK_FALSE(is_slug("4-x"));
  CHECK_FALSE(is_slug("Vn"));
  CHECK_FALSE(is_slug("a" + std::string(41, 'b')));
}
