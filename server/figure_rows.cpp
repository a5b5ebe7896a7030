#include "server/figure_rows.h"

#include <algorithm>

namespace tram {
namespace {

// A row: preview, "official is the same", official, conflict; each text with its length in front.
void append_text(std::string& row, std::string_view text) {
  row += std::to_string(text.size()) + ":";
  row += text;
}

std::string_view take_text(std::string_view& row) {
  const auto colon = row.find(':');
  if (colon == std::string_view::npos || colon > 10) return {};
  std::size_t size = 0;
  for (const char c : row.substr(0, colon)) size = size * 10 + static_cast<std::size_t>(c - '0');
  const std::string_view text = row.substr(colon + 1, size);
  row.remove_prefix(std::min(row.size(), colon + 1 + size));
  return text;
}

Result<std::optional<Contribution>> contribution_in(std::string_view bytes, const std::string& office,
                                                    const Period& period) {
  if (bytes.empty()) return std::optional<Contribution>{};
  ASSIGN_OR_RETURN(Contribution made, decode_contribution(bytes));
  made.office = office;
  made.period = period;
  return {std::move(made)};
}

}  // namespace

std::string encode_figure_row(const Form& form, const Window& window, const OfficeParts& parts) {
  std::string row;
  const std::string preview = parts.preview ? encode(contribute(form, *parts.preview, window)) : "";
  append_text(row, preview);
  const bool same = parts.preview && parts.official && parts.preview->source == parts.official->source;
  append_text(row, same ? "=" : parts.official ? encode(contribute(form, *parts.official, window)) : "");
  append_text(row, parts.conflict ? json::print(*parts.conflict) : "");
  return row;
}

Result<FigureTables::Row> decode_figure_row(std::string_view bytes, std::string office, const Period& period,
                                            FigureTables::Wanted wanted) {
  using Wanted = FigureTables::Wanted;
  FigureTables::Row row{std::move(office), {}, {}, {}};
  const std::string_view preview = take_text(bytes);
  std::string_view official = take_text(bytes);
  if (official == "=") official = preview;
  if (wanted != Wanted::official) {
    ASSIGN_OR_RETURN(row.preview, contribution_in(preview, row.office, period));
  }
  if (wanted != Wanted::preview) {
    ASSIGN_OR_RETURN(row.official, contribution_in(official, row.office, period));
  }
  if (const std::string_view conflict = take_text(bytes); !conflict.empty()) {
    ASSIGN_OR_RETURN(row.conflict, json::parse_object(conflict));
  }
  return row;
}

}  // namespace tram
