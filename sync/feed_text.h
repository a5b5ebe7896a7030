// sync/feed_text.h (inside sync only): an answer of _changes while it arrives, given out in pages. It cuts between two
// rows, each of which is a line where our own server speaks (docs/protocol.md). One thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace tram {

class FeedText {
 public:
  // Error too_large when so much came before a page was dropped: few bytes can be many, once they are decoded.
  Status add(std::string_view part);
  // So many rows, or rows of so many bytes, have come, and more behind them.
  bool has_page(std::size_t rows_max, std::size_t bytes_max);
  // Those rows, {"results":[...]}: an answer without an end. To be read before drop_page().
  std::string_view page();
  void drop_page();
  // What was not dropped, when all has come: an answer with its end.
  std::string_view rest() const { return text_; }

 private:
  std::string text_;
  std::size_t rows_ = 0;  // whole ones, with a row behind each
  std::size_t end_ = 0;   // of them
};

}  // namespace tram
