// encode and decode: numbers in as many bytes as they need, texts with their length in front.
#include "core/reports/contribution.h"

namespace tram {
namespace {

constexpr char kFormat = 1;  // of the first byte
enum Tag : std::uint8_t { kWhole, kFraction, kYesNo, kText, kJson };
constexpr unsigned kApprox = 1, kCorrected = 2, kListed = 4, kTyped = 8;

class Writing {
 public:
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
    out.push_back(static_cast<char>(value));
  }
  void text(std::string_view value) {
    number(value.size());
    out += value;
  }
  void decimal(const Decimal& value) {
    if (const auto whole = value.integer()) {
      number(kWhole);
      number((static_cast<std::uint64_t>(*whole) << 1) ^ static_cast<std::uint64_t>(*whole >> 63));
    } else {
      number(kFraction);
      text(value.text());
    }
  }
  void datum(const Datum& value) {
    if (const auto* of_number = std::get_if<Decimal>(&value)) return decimal(*of_number);
    if (const auto* yes = std::get_if<bool>(&value)) {
      number(kYesNo);
      return number(*yes ? 1 : 0);
    }
    const auto* of_text = std::get_if<std::string>(&value);
    number(of_text != nullptr ? kText : kJson);
    text(of_text != nullptr ? *of_text : json::print(std::get<json::Value>(value)));
  }
  std::string out;
};

// After the first byte that makes no sense everything reads as nothing, and `sound` says so.
class Taking {
 public:
  explicit Taking(std::string_view bytes) : left_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (left_.empty()) return fail();
      const auto byte = static_cast<std::uint8_t>(left_.front());
      left_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
    return fail();
  }
  // Of things that take at least a byte each.
  std::size_t count() {
    const std::uint64_t value = number();
    return value <= left_.size() ? value : fail();
  }
  std::string_view text() {
    const std::size_t size = count();
    const std::string_view value = left_.substr(0, size);
    left_.remove_prefix(size);
    return value;
  }
  Decimal decimal(std::uint64_t tag) {
    if (tag == kWhole) {
      const std::uint64_t zigzag = number();
      return Decimal::of(static_cast<std::int64_t>((zigzag >> 1) ^ (~(zigzag & 1) + 1)));
    }
    const auto value = Decimal::parse(text());
    if (!value) fail();
    return value.value_or(Decimal());
  }
  Datum datum() {
    const std::uint64_t tag = number();
    switch (tag) {
      case kWhole:
      case kFraction: return decimal(tag);
      case kYesNo: return number() == 1;
      case kText: return std::string(text());
      case kJson: {
        auto value = json::parse(text());
        if (value) return *std::move(value);
        break;
      }
      default: break;
    }
    fail();
    return false;
  }
  bool sound() const { return sound_; }
  bool at_end() const { return left_.empty(); }

 private:
  std::uint64_t fail() {
    sound_ = false;
    left_ = {};
    return 0;
  }
  std::string_view left_;
  bool sound_ = true;
};

void write_section(const ContributedSection& section, Writing& to) {
  to.number(section.section);
  to.number(section.approx.size());
  for (const std::uint32_t field : section.approx) to.number(field);
  to.number(section.rows.size());
  for (const ContributedRow& row : section.rows) {
    to.text(row.id);
    to.text(row.key);
    to.number(row.fields.size());
    for (const auto& [field, value] : row.fields) {
      to.number(field);
      to.datum(value);
    }
  }
}

ContributedSection read_section(Taking& from) {
  ContributedSection section;
  section.section = static_cast<std::uint32_t>(from.number());
  for (std::size_t n = from.count(); n > 0; --n) section.approx.push_back(static_cast<std::uint32_t>(from.number()));
  for (std::size_t n = from.count(); n > 0; --n) {
    ContributedRow& row = section.rows.emplace_back();
    row.id = from.text();
    row.key = from.text();
    const std::size_t fields = from.count();
    row.fields.reserve(fields);
    for (std::size_t f = 0; f < fields; ++f) {
      const auto field = static_cast<std::uint32_t>(from.number());
      row.fields.emplace_back(field, from.datum());
    }
  }
  return section;
}

void write_value(const ContributedValue& value, Writing& to) {
  to.number(value.field);
  to.number((value.approx ? kApprox : 0U) | (value.corrected ? kCorrected : 0U) | (value.listed ? kListed : 0U) |
            (value.typed ? kTyped : 0U));
  to.datum(value.value);
  if (value.typed) to.decimal(value.added);
}

ContributedValue read_value(Taking& from) {
  ContributedValue value;
  value.field = static_cast<std::uint32_t>(from.number());
  const std::uint64_t flags = from.number();
  value.approx = (flags & kApprox) != 0;
  value.corrected = (flags & kCorrected) != 0;
  value.listed = (flags & kListed) != 0;
  value.typed = (flags & kTyped) != 0;
  value.value = from.datum();
  if (value.typed) value.added = from.decimal(from.number());
  return value;
}

}  // namespace

std::string encode(const Contribution& contribution) {
  Writing to;
  to.out.push_back(kFormat);
  to.text(contribution.source);
  to.text(contribution.unit_code);
  to.text(contribution.unit_name);
  to.text(contribution.corrections);
  to.number(static_cast<std::uint64_t>(contribution.form_version));
  to.number(contribution.values.size());
  for (const ContributedValue& value : contribution.values) write_value(value, to);
  to.number(contribution.sections.size());
  for (const ContributedSection& section : contribution.sections) write_section(section, to);
  return std::move(to.out);
}

Result<Contribution> decode_contribution(std::string_view bytes) {
  Contribution made;
  const bool known = !bytes.empty() && bytes.front() == kFormat;
  Taking from(known ? bytes.substr(1) : std::string_view());
  made.source = from.text();
  made.unit_code = from.text();
  made.unit_name = from.text();
  made.corrections = from.text();
  made.form_version = static_cast<int>(from.number());
  const std::size_t values = from.count();
  made.values.reserve(values);
  for (std::size_t n = 0; n < values; ++n) made.values.push_back(read_value(from));
  for (std::size_t n = from.count(); n > 0; --n) made.sections.push_back(read_section(from));
  if (!known || !from.sound() || !from.at_end()) return error(ErrorCode::corrupt, "a kept contribution is damaged");
  return made;
}

}  // namespace tram
