// Version 1: 0x01, count of nodes, then the nodes in ascending order of revision. A node: flags; its distance to its
// parent in nodes (0: a root, and then its generation follows); its sig, 16 bytes when it is 32 hex digits, else length
// and bytes; the key of its body; `arrived`; digest; merged_into. Numbers are varints (LEB128), flags say which parts
// stand.
#include <algorithm>
#include <array>
#include <numeric>
#include <span>

#include "core/base/digest.h"
#include "core/records/tree.h"

namespace tram {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kDigestBytes = 16;
constexpr std::size_t kNodeBytesMin = 4;  // flags, distance, length of a sig, its one byte

enum Flag : unsigned {
  kDeleted = 1,
  kHasBody = 2,
  kMadeHere = 4,
  kByPerson = 8,
  kHexSig = 16,
  kArrived = 32,
  kDigest = 64,
  kMergedInto = 128,
};

// The value of what is_hex_sig found to be a hex digit, without a branch: every second guess at one would be wrong.
int hex_value(char c) { return (c & 0xF) + 9 * (c >> 6); }

void put_number(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(0x80 | (value & 0x7F));
  out += static_cast<char>(value);
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out += text;
}

void put_sig(std::string& out, std::string_view hex) {
  std::array<char, kHexSigDigits / 2> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(hex_value(hex[2 * i]) << 4 | hex_value(hex[2 * i + 1]));
  }
  out.append(bytes.data(), bytes.size());
}

unsigned flags_of(const Node& node) {
  unsigned flags = 0;
  if (node.deleted) flags |= kDeleted;
  if (node.has_body) flags |= kHasBody;
  if (node.local) flags |= kMadeHere;
  if (node.by_person) flags |= kByPerson;
  if (is_hex_sig(node.rev.sig)) flags |= kHexSig;
  if (node.arrived != 0) flags |= kArrived;
  if (!node.digest.empty()) flags |= kDigest;
  if (!node.merged_into.empty()) flags |= kMergedInto;
  return flags;
}

class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  bool done() const { return ok_ && rest_.empty(); }
  std::size_t left() const { return rest_.size(); }

  std::string_view bytes(std::size_t size) {
    if (size > rest_.size()) return fail(), std::string_view();
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  unsigned byte() {
    const std::string_view taken = bytes(1);
    return ok_ ? static_cast<unsigned char>(taken[0]) : 0;
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && ok_; shift += 7) {
      const std::uint64_t next = byte();
      if (shift == 63 && next > 1) break;
      value |= (next & 0x7F) << shift;
      if (next < 0x80) return next != 0 || shift == 0 ? value : (fail(), 0);  // one spelling for each number
    }
    fail();
    return 0;
  }
  std::string text(std::size_t size_max) {
    const std::uint64_t size = number();
    if (size == 0 || size > size_max) fail();
    return ok_ ? std::string(bytes(static_cast<std::size_t>(size))) : std::string();
  }
  std::string hex(std::size_t digits) {
    const std::string_view taken = bytes(digits / 2);
    return to_hex(std::span(reinterpret_cast<const std::uint8_t*>(taken.data()), taken.size()));
  }
  void fail() {
    ok_ = false;
    rest_ = {};
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

constexpr std::size_t kMergedIntoBytesMax = kSigBytesMax + 17;  // "9007199254740991-" and a sig

Node read_node(Cursor& cursor, const std::vector<Node>& before) {
  Node node;
  const unsigned flags = cursor.byte();
  node.deleted = (flags & kDeleted) != 0;
  node.has_body = (flags & kHasBody) != 0;
  node.local = (flags & kMadeHere) != 0;
  node.by_person = (flags & kByPerson) != 0;
  const std::uint64_t distance = cursor.number();
  if (distance > before.size()) cursor.fail();
  if (!cursor.ok()) return node;
  if (distance == 0) {
    node.rev.generation = cursor.number();
  } else {
    const std::size_t parent = before.size() - static_cast<std::size_t>(distance);
    node.parent = static_cast<std::int32_t>(parent);
    node.rev.generation = before[parent].rev.generation + 1;
  }
  node.rev.sig = (flags & kHexSig) != 0 ? cursor.hex(kHexSigDigits) : cursor.text(kSigBytesMax);
  if (node.has_body) node.body = cursor.number();
  if ((flags & kArrived) != 0) node.arrived = cursor.number();
  if ((flags & kDigest) != 0) node.digest = cursor.bytes(kDigestBytes);
  if ((flags & kMergedInto) != 0) node.merged_into = cursor.text(kMergedIntoBytesMax);

  if (cursor.ok() && (flags_of(node) != flags || node.rev.generation == 0 || node.rev.generation > kGenerationMax ||
                      (!before.empty() && !(before.back().rev < node.rev)))) {
    cursor.fail();
  }
  return node;
}

}  // namespace

std::string RevisionTree::encode() const {
  std::vector<std::size_t> order, place;  // empty: as they stand
  const auto by_rev = [](const Node& a, const Node& b) { return a.rev < b.rev; };
  if (!std::is_sorted(nodes_.begin(), nodes_.end(), by_rev)) {
    order.resize(nodes_.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return nodes_[a].rev < nodes_[b].rev; });
    place.resize(nodes_.size());
    for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  }

  std::string out(1, kVersion);
  out.reserve(8 + nodes_.size() * 24);
  put_number(out, nodes_.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[order.empty() ? i : order[i]];
    CHECK(node.digest.empty() || node.digest.size() == kDigestBytes);
    const unsigned flags = flags_of(node);
    out += static_cast<char>(flags);
    if (node.parent == Node::kNone) {
      put_number(out, 0);
      put_number(out, node.rev.generation);
    } else {
      const auto parent = static_cast<std::size_t>(node.parent);
      put_number(out, i - (place.empty() ? parent : place[parent]));
    }
    if ((flags & kHexSig) != 0) {
      put_sig(out, node.rev.sig);
    } else {
      put_text(out, node.rev.sig);
    }
    if (node.has_body) put_number(out, node.body);
    if (node.arrived != 0) put_number(out, node.arrived);
    out += node.digest;
    if (!node.merged_into.empty()) put_text(out, node.merged_into);
  }
  return out;
}

Result<RevisionTree> RevisionTree::decode(std::string_view bytes) {
  const auto corrupt = [] { return error(ErrorCode::corrupt, "The stored revision tree does not check."); };
  Cursor cursor(bytes);
  if (cursor.byte() != static_cast<unsigned char>(kVersion)) return corrupt();
  const std::uint64_t count = cursor.number();
  if (!cursor.ok() || count > cursor.left() / kNodeBytesMin) return corrupt();
  RevisionTree tree;
  tree.nodes_.reserve(static_cast<std::size_t>(count));
  while (tree.nodes_.size() < count && cursor.ok()) tree.nodes_.push_back(read_node(cursor, tree.nodes_));
  if (!cursor.done()) return corrupt();
  return tree;
}

}  // namespace tram
