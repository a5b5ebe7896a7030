// storage/search_index.h: full-text search over the documents of one or more stores, with and without accents.
//
// The index is a file of its own beside the stores (SQLite FTS5) and holds nothing that cannot be made again: it follows
// the change feeds of the stores when asked, from where it stopped, and a file that is missing, damaged or of another
// version is made anew. A store that went back in time is read again from its beginning. Any thread; calls take turns.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "storage/store.h"

namespace tram {

struct SearchHit {
  std::string source, id;
  std::string line;    // of the document's text, in which the first word of the query stands
  bool exact = false;  // with the accents of the query
};

class SearchIndex {
 public:
  // Errors: storage_error, disk_full.
  static Result<std::unique_ptr<SearchIndex>> open(const std::string& path);
  ~SearchIndex();

  // The text by which a document is found, its passages on lines of their own; nothing: it is left out.
  using TextOf = std::function<std::optional<std::string>(const Document&)>;

  // Brings the index up to the store's newest change. `source` names the store in hits; the mark is kept for mark().
  Status catch_up(const std::string& source, Store& store, const TextOf& text_of, std::string_view mark = {});
  // What the caller gave when it last caught up with this source; empty when it never did.
  Result<std::string> mark(const std::string& source);

  // Documents that hold every word of the query, the last one as a beginning; accents and case do not matter, đ is d.
  // Hits with the accents of the query come first, then the better ones. A query without a letter or digit finds
  // nothing.
  Result<std::vector<SearchHit>> find(std::string_view query, std::size_t limit);

 private:
  SearchIndex(std::unique_ptr<Connection> connection);  // NOLINT(google-explicit-constructor)
  Status follow(const std::string& source, Store& store, const TextOf& text_of, bool& more);
  Status add_hits(const std::string& column, const std::vector<std::string>& words, std::size_t limit,
                  std::vector<SearchHit>& hits);

  std::mutex mutex_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace tram
