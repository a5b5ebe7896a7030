#include "core/base/text.h"

#include "tests/support/catch.h"

namespace tram {

TEST_CASE("decomposed Vietnamese letters are composed and nothing else is changed") {
  CHECK(nfc("Huye\u0323\u0302n Tru\u0300ng Kha\u0301nh") == "Huyện Trùng Khánh");
  CHECK(nfc("m² và Ⅱ") == "m² và Ⅱ");
  CHECK(nfc("plain") == "plain");
}

TEST_CASE("search folds marks and the letter đ") {
  CHECK(fold("Thuỷ lợi") == fold("THỦY LỢI"));
  CHECK(fold("Đan Phượng") == "dan phuong");
  CHECK(fold("Cụ thể hoá") == "cu the hoa");
}

TEST_CASE("a message quotes whole letters of what was typed, however long it is") {
  CHECK(quoted_text("mười hai") == "'mười hai'");
  std::string typed;
  for (int i = 0; i < 40; ++i) {
    typed += "ế";
    CHECK(is_utf8(quoted_text(typed)));
    CHECK(quoted_text("a" + typed).size() <= 60 + std::string("'…'").size());
  }
  CHECK(quoted_text(typed).ends_with("ế…'"));
}

TEST_CASE("text is told from bytes that are none") {
  CHECK(is_utf8("Sở Khoa học và Công nghệ"));
  CHECK_FALSE(is_utf8("\xC0\xAF"));
  CHECK_FALSE(is_utf8("a\xFF"));
  CHECK(code_points("Sở") == 2);
}

}  // namespace tram
