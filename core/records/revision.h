// core/records/revision.h: the name of one version of a document, "N-sig".
//
// N is the generation (parent's N + 1, or 1); sig is, for revisions made by Trạm, the first 16 bytes of a SHA-256 over
// parent, deletion, attachments and canonical body, so that the same edit on the same parent is the same revision
// anywhere. Ids that others made (CouchDB, PouchDB) are kept as they are and count as names only. Pure; any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace tram {

inline constexpr std::uint64_t kGenerationMax = (std::uint64_t{1} << 53) - 1;
inline constexpr std::size_t kSigBytesMax = 128;

struct RevisionId {
  std::uint64_t generation = 0;  // 0: no revision
  std::string sig;

  // "N-sig": N in 1..kGenerationMax without leading zeros; sig of 1-128 printable ASCII bytes. 32 hex digits are
  // lower-cased; 32 characters that are not hex are refused, for CouchDB stores 16 bytes. Error bad_request, named
  // bad_revision.
  static Result<RevisionId> parse(std::string_view text);
  std::string text() const { return std::to_string(generation) + "-" + sig; }
  bool empty() const { return generation == 0; }

  auto operator<=>(const RevisionId&) const = default;  // by generation, then sig as bytes
};

// A sig by the rules of RevisionId::parse.
Result<std::string> parse_sig(std::string_view sig);
// 32 hex digits in lower case, as every revision of our own and nearly every other is: stored as 16 bytes.
inline constexpr std::size_t kHexSigDigits = 32;
bool is_hex_sig(std::string_view sig);

// An attachment as a revision refers to it; its bytes are stored once under sha256.
struct Attachment {
  std::string name;
  std::string content_type;
  std::string sha256;        // 64 lower-case hex digits, of the plain bytes
  std::string digest;        // as on the wire: "md5-<base64>"
  std::uint64_t length = 0;  // bytes
  std::uint64_t revpos = 0;  // generation in which these bytes were attached

  bool operator==(const Attachment&) const = default;
};

// The sig that a revision with this content has when Trạm makes it; canonical_body is canonical JSON without special
// members ("{}" when empty). parent may be empty (a first revision).
std::string make_sig(const RevisionId& parent, bool deleted, std::span<const Attachment> attachments,
                     std::string_view canonical_body);
// Is `sig` that?
bool is_made_sig(std::string_view sig, const RevisionId& parent, bool deleted, std::span<const Attachment> attachments,
                 std::string_view canonical_body);

}  // namespace tram
