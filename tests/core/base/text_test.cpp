#include "core/base/text.h"

#include <utf8proc.h>

#include <array>

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

TEST_CASE("what is UTF-8 is what the library of Unicode says, for every kind of four bytes") {
  // The ends of each range of bytes that the standard treats alike.
  constexpr std::array<unsigned char, 23> kEnds = {0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF,
                                                   0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED,
                                                   0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5};
  const auto good = [](const std::array<unsigned char, 4>& bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
      utf8proc_int32_t code_point = 0;
      const auto used =
          utf8proc_iterate(bytes.data() + at, static_cast<utf8proc_ssize_t>(bytes.size() - at), &code_point);
      if (used <= 0) break;
      at += static_cast<std::size_t>(used);
    }
    return at;
  };
  std::size_t wrong = 0;
  for (std::size_t n = 0; n < kEnds.size() * kEnds.size() * kEnds.size() * kEnds.size(); ++n) {
    std::array<unsigned char, 4> bytes{};
    std::size_t digits = n;
    for (unsigned char& byte : bytes) {
      byte = kEnds[digits % kEnds.size()];
      digits /= kEnds.size();
    }
    const std::string text(bytes.begin(), bytes.end());
    wrong += utf8_prefix(text) == good(bytes) && is_utf8(text) == (good(bytes) == 4) ? 0 : 1;
  }
  CHECK(wrong == 0);
}

}  // namespace tram
