// exchange/filled.h: a filled workbook or CSV on its way into a report: read, compared, shown, and only then taken over.
//
// Our own template (publication_xlsx, publication_csv) is read by its hidden ids; a table of somebody else by its
// labels, folded. A figure that is not mentioned stays as it is; an empty cell makes it unanswered; "chưa có số liệu" is
// null. A list's sheet is the whole list: rows that are gone are deleted, rows without an id are new. In CSV only the
// rows that are named change. Pure functions; any thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/legacy_text.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/reports/form.h"
#include "core/reports/typed.h"

namespace tram {

struct FilledCell {
  std::string place;  // "Báo cáo!D7", "line 12"
  std::string section, row, field;
  std::string text;
  std::string font;
  enum class Kind { text, exact, wrong } kind = Kind::text;  // exact: as programs write it; wrong: a formula's error
  std::string number;  // exact, where `text` spells it otherwise ("1234,5" as "1234.5")
};
struct Filled {
  std::map<std::string, std::string, std::less<>>
      marks;  // form, version, period, office, base; where the file has them
  NumberStyle style = NumberStyle::vi;
  Serials serials = Serials::none;
  std::vector<FilledCell> figures, remarks, approximations;
  struct Row {
    std::string place, id;  // id empty: new
    std::vector<FilledCell> cells;
  };
  struct List {
    bool whole = false;  // rows that are not here are gone
    bool none = false;   // "không phát sinh"
    std::vector<Row> rows;
  };
  std::map<std::string, List, std::less<>> lists;
};

// XLSX or CSV, told apart by its first bytes. Only the marks; enough to know which report it belongs to.
Result<std::map<std::string, std::string, std::less<>>> read_marks(std::string_view bytes);
// Errors bad_request: those of read_workbook and read_csv; wrong_file when nothing in it belongs to the form.
Result<Filled> read_filled(const Form& form, std::string_view bytes);

struct ImportChange {
  std::string place, path;  // path: "models_count", "tasks/0001-5f0c9a21/status", "tasks/0001-5f0c9a21" for a whole row
  std::string label;
  json::Value before, after;  // null with `had` or `has` false: unanswered
  bool had = false, has = false;
  std::string what;  // "value", "remark", "new_row", "deleted_row", "none"
};
struct ImportProblem {
  std::string place, path, code, message, message_vi;
};
struct LegacyText {
  std::string place, encoding, before, after;
};
struct ImportPlan {
  std::vector<ImportChange> changes;
  std::vector<ImportProblem> problems;  // any: nothing is taken over
  std::vector<LegacyText> legacy;       // texts of old fonts, with what they would become
  json::Value body;                     // the report as it would be

  json::Value to_json() const;
};

struct ImportOptions {
  bool convert = false;  // texts of old fonts become Unicode; without it they are a problem
  // Values of the base as a template shows them (Figures::values): a figure counted from a list stands in the template
  // although nobody typed it, and is not taken for typed when it comes back.
  json::Value shown = json::Value::object();
};
// base: the report as the file was made from; current: as it is now (the same, or changed meanwhile: then what the file
// changed goes onto what is there now, and a field that both changed is a problem "both_changed").
ImportPlan plan_import(const Form& form, const json::Value& base, const json::Value& current, const Filled& filled,
                       const ImportOptions& options, Random& random);

}  // namespace tram
