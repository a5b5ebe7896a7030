// server/figure_rows.h: a row of FigureTables as bytes; for figure_tables.cpp only.
#pragma once

#include <string>
#include <string_view>

#include "server/figure_tables.h"

namespace tram {

std::string encode_figure_row(const Form& form, const Window& window, const OfficeParts& parts);
Result<FigureTables::Row> decode_figure_row(std::string_view bytes, std::string office, const Period& period,
                                            FigureTables::Wanted wanted);

}  // namespace tram
