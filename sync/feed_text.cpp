#include "sync/feed_text.h"

#include <algorithm>

namespace tram {
namespace {

constexpr std::string_view kHead = "{\"results\":[\n", kBetween = ",\n", kEnd = "]}";
constexpr std::size_t kHeldMax = 64 << 20;

}  // namespace

Status FeedText::add(std::string_view part) {
  if (text_.size() > kHeldMax) return error(ErrorCode::too_large, "More changes came at once than can be held.");
  text_ += part;
  return {};
}

bool FeedText::has_page(std::size_t rows_max, std::size_t bytes_max) {
  if (end_ == 0 && text_.starts_with(kHead)) end_ = kHead.size();
  if (end_ == 0) return false;
  const std::size_t far_enough = kHead.size() + std::min(bytes_max, text_.size());
  for (std::size_t line = end_; rows_ < rows_max && end_ < far_enough;) {
    line = text_.find('\n', line);
    if (line++ == std::string::npos) break;
    if (!std::string_view(text_).substr(0, line).ends_with("},\n")) continue;  // a sign of life, or the end
    end_ = line;
    ++rows_;
  }
  return rows_ > 0 && (rows_ >= rows_max || end_ >= far_enough);
}

std::string_view FeedText::page() {
  text_.replace(end_ - kBetween.size(), kBetween.size(), kEnd);
  return std::string_view(text_).substr(0, end_);
}

void FeedText::drop_page() {
  text_.erase(kHead.size(), end_ - kHead.size());
  rows_ = 0;
  end_ = kHead.size();
}

}  // namespace tram
