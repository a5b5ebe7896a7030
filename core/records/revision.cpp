#include "core/records/revision.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/digest.h"

namespace tram {
namespace {

Error bad_revision(std::string message) { return error(ErrorCode::bad_request, std::move(message), "bad_revision"); }

bool is_visible_ascii(char c) { return c > ' ' && c < '\x7f'; }

constexpr std::array<bool, 256> kIsLowerHex = [] {
  std::array<bool, 256> is{};
  for (const char c : std::string_view("0123456789abcdef")) is[static_cast<unsigned char>(c)] = true;
  return is;
}();

}  // namespace

bool is_hex_sig(std::string_view sig) {
  if (sig.size() != kHexSigDigits) return false;
  bool all = true;  // without a branch for each digit
  for (const char c : sig) all &= kIsLowerHex[static_cast<unsigned char>(c)];
  return all;
}

Result<std::string> parse_sig(std::string_view sig) {
  if (is_hex_sig(sig)) return std::string(sig);
  if (sig.empty() || sig.size() > kSigBytesMax || !std::all_of(sig.begin(), sig.end(), is_visible_ascii)) {
    return bad_revision("The part of a revision after its number is 1 to 128 printable ASCII characters.");
  }
  std::string parsed(sig);
  if (parsed.size() != kHexSigDigits) return parsed;
  for (char& c : parsed) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  if (is_hex_sig(parsed)) return parsed;
  return bad_revision("A revision with 32 characters after its number wants hexadecimal digits there.");
}

Result<RevisionId> RevisionId::parse(std::string_view text) {
  const std::size_t dash = text.find('-');
  // The sentence is CouchDB's: clients tell errors by it.
  if (dash == std::string_view::npos || dash == 0 || text[0] == '0') {
    return bad_revision("Invalid rev format");
  }
  RevisionId rev;
  const char* const end = text.data() + dash;
  const auto number = std::from_chars(text.data(), end, rev.generation);
  if (number.ec != std::errc() || number.ptr != end || rev.generation > kGenerationMax) {
    return bad_revision("Invalid rev format");
  }
  ASSIGN_OR_RETURN(rev.sig, parse_sig(text.substr(dash + 1)));
  return rev;
}

namespace {

using MadeSig = std::array<char, kHexSigDigits>;

MadeSig made_sig(const RevisionId& parent, bool deleted, std::span<const Attachment> attachments,
                 std::string_view canonical_body) {
  std::vector<const Attachment*> sorted;
  sorted.reserve(attachments.size());
  for (const Attachment& attachment : attachments) sorted.push_back(&attachment);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->name < b->name; });

  std::string head = "tram-rev-1\n";
  head += parent.empty() ? std::string("-") : parent.text();
  head += deleted ? "\nD\n" : "\nL\n";
  for (const Attachment* attachment : sorted) {
    head += std::to_string(attachment->name.size()) + ":" + attachment->name + " " + attachment->content_type + " " +
            attachment->sha256 + "\n";
  }
  const Sha256Digest digest = sha256(head, canonical_body);
  MadeSig sig;
  write_hex(std::span(digest).first(sig.size() / 2), sig.data());
  return sig;
}

}  // namespace

std::string make_sig(const RevisionId& parent, bool deleted, std::span<const Attachment> attachments,
                     std::string_view canonical_body) {
  const MadeSig sig = made_sig(parent, deleted, attachments, canonical_body);
  return std::string(sig.data(), sig.size());
}

bool is_made_sig(std::string_view sig, const RevisionId& parent, bool deleted, std::span<const Attachment> attachments,
                 std::string_view canonical_body) {
  const MadeSig made = made_sig(parent, deleted, attachments, canonical_body);
  return sig == std::string_view(made.data(), made.size());
}

}  // namespace tram
