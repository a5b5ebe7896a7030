#include "core/base/digest.h"

#include "tests/support/catch.h"

namespace tram {

TEST_CASE("digests are those of their standards") {
  // FIPS 180-4, appendix; RFC 1321, A.5; RFC 4231, case 2
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(Sha256().update("a").update("").update("bc").finish()) == sha256_hex("abc"));
  CHECK(to_hex(md5("message digest")) == "f96b697d7cb7938d525a2f31aaf161d0");
  CHECK(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("hex and base64 come back as they went and refuse anything else") {
  CHECK(from_hex("00fFa0") == std::string("\x00\xff\xa0", 3));
  CHECK_FALSE(from_hex("0").has_value());
  CHECK_FALSE(from_hex("0g").has_value());
  for (const std::string& bytes : {std::string(), std::string("f"), std::string("fo"), std::string("foo\0bar", 7)}) {
    CHECK(from_base64(to_base64(bytes)) == bytes);
  }
  CHECK(to_base64("foob") == "Zm9vYg==");
  CHECK_FALSE(from_base64("Zm9vYg=").has_value());
  CHECK_FALSE(from_base64("Zm 9vYg==").has_value());
  CHECK_FALSE(from_base64("=AAA").has_value());
}

TEST_CASE("secrets compare equal only when they are") {
  CHECK(equal_in_constant_time("token", "token"));
  CHECK_FALSE(equal_in_constant_time("token", "Token"));
  CHECK_FALSE(equal_in_constant_time("token", "token1"));
}

}  // namespace tram
