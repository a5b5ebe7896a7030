// storage/chained_list.h: a list in one SQLite file that can only grow: each row is chained to the one before by a hash,
// h(n) = digest(h(n-1) || text(n)), and triggers refuse to change or remove a row. Whoever alters the file behind the
// triggers' back breaks the chain at that row; whoever kept a head, h(n), can tell that everything up to n is as it was.
//
// An append is on the disk when it returns. Any thread; calls wait for one another. Errors: disk_full, storage_error,
// corrupt.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace tram {

class Connection;

class ChainedList {
 public:
  using Digest = std::string (*)(std::string_view bytes);  // 64 hex digits
  struct Row {
    std::int64_t n = 0;  // 1, 2, 3…
    std::string text, hash;
  };

  // The file is made when it is missing.
  static Result<std::unique_ptr<ChainedList>> open(const std::string& path, Digest digest);
  ~ChainedList();

  Result<Row> append(std::string_view text);
  // At most `limit` rows before row `before` (0: from the end), newest first.
  Result<std::vector<Row>> newest(std::int64_t before, std::size_t limit);

  struct Verified {
    std::int64_t rows = 0;
    std::string head;                     // hash of the newest row; 64 zeros: there is none
    std::optional<std::int64_t> bad_row;  // the first whose number or hash is not what it must be
  };
  Result<Verified> verify();
  // Everything in it, into a new file.
  Status copy_to(const std::string& path);

 private:
  ChainedList(std::unique_ptr<Connection> connection, Digest digest);
  Status prepare();
  Status insert(Row& row);

  std::mutex mutex_;
  std::unique_ptr<Connection> connection_;
  const Digest digest_;
};

}  // namespace tram
