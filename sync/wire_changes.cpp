// Answers of _changes, read as they come.
#include <algorithm>
#include <utility>

#include "core/base/json.h"
#include "sync/wire.h"

namespace tram::wire {
namespace {

constexpr std::string_view kHead = "{\"results\":[\n";
constexpr std::size_t kRowDepth = 2;  // of a row, behind that head

void read_leaves(json::Reader& reader, ChangeRow& row) {
  if (!reader.enter_array()) return;
  while (reader.next_element()) {
    if (!reader.enter_object()) return;
    while (const auto name = reader.next_member()) {
      if (*name != "rev") {
        reader.skip();
        continue;
      }
      auto rev = RevisionId::parse(reader.string().value_or(""));
      if (!rev) return reader.fail(rev.error().message);
      row.leaves.push_back(*std::move(rev));
    }
  }
}

// Answers whether the row carried documents.
bool read_row(json::Reader& reader, ChangesPage& page) {
  ChangeRow row;
  bool has_documents = false;
  if (!reader.enter_object()) return false;
  while (const auto name = reader.next_member()) {
    if (*name == "seq") {
      row.seq = std::string(reader.skip());
    } else if (*name == "id") {
      row.id = reader.string().value_or("");
    } else if (*name == "changes") {
      read_leaves(reader, row);
    } else if (*name == "deleted") {
      row.deleted = reader.boolean().value_or(false);
    } else if (*name == "docs") {
      has_documents = true;
      if (!reader.enter_array()) return false;
      while (reader.next_element()) read_document(reader, row.documents, page.unreadable);
    } else {
      reader.skip();
    }
  }
  if (reader.ok() && (row.id.empty() || row.seq.empty())) reader.fail("a row of changes has an id and a seq");
  page.rows.push_back(std::move(row));
  return has_documents;
}

}  // namespace

Result<ChangesPage> read_changes(std::string_view body) {
  ChangesPage page;
  page.has_documents = true;
  bool complete = false;
  json::Reader reader(body, kAnswerDepthMax);
  if (!reader.enter_object()) return reader.error();
  while (const auto name = reader.next_member()) {
    if (*name == "results") {
      if (!reader.enter_array()) return reader.error();
      while (reader.next_element()) {
        if (!read_row(reader, page)) page.has_documents = false;
      }
    } else if (*name == "last_seq") {
      page.last_seq = std::string(reader.skip());
      complete = true;
    } else if (*name == "pending" && reader.peek() == json::Kind::number) {
      const auto pending = reader.integer();
      if (pending && *pending >= 0) page.pending = static_cast<std::uint64_t>(*pending);
    } else {
      reader.skip();
    }
  }
  RETURN_IF_ERROR(reader.finish());
  if (!complete) return error(ErrorCode::bad_request, "The page of changes has no last_seq.");
  return page;
}

void ChangesReader::add(std::string_view part) {
  text_ += part;
  std::size_t at = 0;
  if (state_ == State::head && text_.size() >= kHead.size()) {
    state_ = text_.starts_with(kHead) ? State::rows : State::whole;
    if (state_ == State::rows) at = kHead.size();
  }
  for (std::size_t end = 0; state_ == State::rows; at = end + 1) {
    end = text_.find('\n', std::max(at, searched_));
    if (end == std::string::npos) break;
    if (!read_line(std::string_view(text_).substr(at, end - at))) {
      state_ = State::rest;
      break;
    }
  }
  text_.erase(0, at);
  searched_ = text_.size();
}

// Whether the line was a row. It is none where the list ends, and where a document's own text goes on in the next line.
bool ChangesReader::read_line(std::string_view line) {
  if (!line.starts_with('{') || !row_comes_) return false;
  const bool has_comma = line.ends_with(',');
  if (has_comma) line.remove_suffix(1);
  ChangesPage one;
  json::Reader reader(line, kAnswerDepthMax - kRowDepth);
  one.has_documents = read_row(reader, one);
  if (!reader.finish()) return false;
  row_comes_ = has_comma;
  append(std::move(one));
  return true;
}

void ChangesReader::append(ChangesPage more) {
  page_.has_documents = page_.has_documents && more.has_documents;
  std::move(more.rows.begin(), more.rows.end(), std::back_inserter(page_.rows));
  std::move(more.unreadable.begin(), more.unreadable.end(), std::back_inserter(page_.unreadable));
  page_.last_seq = std::move(more.last_seq);
  page_.pending = more.pending;
}

char ChangesReader::next_char() const {
  const std::size_t at = text_.find_first_not_of(" \t\r\n");
  return at == std::string::npos ? '\0' : text_[at];
}

Result<ChangesPage> ChangesReader::finish() {
  if (state_ == State::head || state_ == State::whole) return read_changes(text_);
  if (!row_comes_ && next_char() == ',') {
    text_.erase(0, text_.find(',') + 1);
    row_comes_ = true;
  }
  if (!page_.rows.empty() && (next_char() == '{') != row_comes_) {
    return error(ErrorCode::bad_request, "Between two rows of changes stands a comma, and nowhere else.");
  }
  ASSIGN_OR_RETURN(ChangesPage rest, read_changes(std::string(kHead) + text_));
  append(std::move(rest));
  return std::move(page_);
}

}  // namespace tram::wire
