#include "core/records/revision.h"

#include <rapidcheck.h>

#include "core/base/digest.h"
#include "tests/support/catch.h"

namespace tram {

TEST_CASE("A revision is read from its text and written back") {
  const auto rev = RevisionId::parse("3-7d2f");
  REQUIRE(rev.ok());
  CHECK(rev->generation == 3);
  CHECK(rev->sig == "7d2f");
  CHECK(rev->text() == "3-7d2f");
}

TEST_CASE("32 hexadecimal digits come out in lower case and others as they were") {
  CHECK(RevisionId::parse("1-ABCDEF0123456789ABCDEF0123456789")->sig == "abcdef0123456789abcdef0123456789");
  CHECK(RevisionId::parse("1-ABCD")->sig == "ABCD");
}

TEST_CASE("32 characters that are not hexadecimal are refused because CouchDB stores 16 bytes") {
  const auto rev = RevisionId::parse("1-zzcdef0123456789abcdef0123456789");
  REQUIRE(!rev.ok());
  CHECK(rev.error().what_name() == "bad_revision");
  CHECK(RevisionId::parse("1-zzcdef0123456789abcdef012345678").ok());
}

TEST_CASE("Texts that are no revision are refused") {
  for (const char* text : {"", "-", "3", "3-", "-abc", "0-abc", "03-abc", "x-abc", "3 -abc", "3-a b", "3-a\n", "-1-abc",
                           "9007199254740992-abc", "99999999999999999999-abc", "3-\xc3\xa9"}) {
    INFO(text);
    const auto rev = RevisionId::parse(text);
    REQUIRE(!rev.ok());
    CHECK(rev.error().what_name() == "bad_revision");
  }
  CHECK(RevisionId::parse("9007199254740991-abc").ok());
  CHECK(RevisionId::parse("1-" + std::string(128, 'a')).ok());
  CHECK(!RevisionId::parse("1-" + std::string(129, 'a')).ok());
}

TEST_CASE("The name of a revision is the digest of parent and kind and attachments and content") {
  const RevisionId parent{3, "7d2f"};
  const std::vector<Attachment> attachments = {{"b.jpg", "image/jpeg", "bb", "md5-x", 9, 1},
                                               {"a", "text/plain", "aa", "", 1, 1}};
  const std::string text = "tram-rev-1\n3-7d2f\nD\n1:a text/plain aa\n5:b.jpg image/jpeg bb\n{\"n\":1}";
  CHECK(make_sig(parent, true, attachments, "{\"n\":1}") == sha256_hex(text).substr(0, 32));
  CHECK(make_sig({}, false, {}, "{}") == sha256_hex("tram-rev-1\n-\nL\n{}").substr(0, 32));
}

TEST_CASE("Neither the wire digest nor the length nor the generation of an attachment enters the name of a revision") {
  const Attachment one{"a", "text/plain", "aa", "md5-x", 1, 1};
  const Attachment two{"a", "text/plain", "aa", "md5-y", 2, 7};
  CHECK(make_sig({}, false, std::span(&one, 1), "{}") == make_sig({}, false, std::span(&two, 1), "{}"));
}

TEST_CASE("Whatever is accepted as a revision is accepted again as it was written") {
  CHECK(rc::check([](const std::string& text) {
    const auto rev = RevisionId::parse("1-" + text);
    if (rev) RC_ASSERT(RevisionId::parse(rev->text()).value() == *rev);
  }));
}

}  // namespace tram
