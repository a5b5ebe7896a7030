// exchange/publication.h: a report, or a consolidation of many, made ready to leave the program: the same content as
// workbook, CSV, print view and DHIS2 data. Pure functions, except that a workbook needs temporary files; any thread.
// What it is made of must outlive a Publication.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/reports/consolidate.h"
#include "core/reports/figures.h"
#include "core/reports/form.h"
#include "core/reports/period.h"

namespace tram {

struct PublishedFigure {
  const FormField* field = nullptr;
  bool answered = false;  // false: the key is absent
  json::Value value;      // null: no figure
  bool approx = false;
  bool typed = false;  // by the office, so that a template asks for it
  std::string remark;
  std::string note;                            // from which period, what was added
  std::size_t n_reported = 0, n_expected = 0;  // of a consolidation
};
struct PublishedRow {
  std::string id;
  json::Value fields;
  std::string from;  // whose, of a consolidation
};
struct PublishedList {
  const FormSection* section = nullptr;
  bool answered = false;
  std::vector<PublishedRow> rows;
};
struct PublishedGroup {
  const FormSection* section = nullptr;
  std::vector<PublishedFigure> figures;
};

struct Publication {
  const Form* form = nullptr;
  Period period;
  Window window;
  bool consolidated = false;
  std::string parent_organisation, organisation, place;  // as a letter's head has them; empty: left blank
  std::string subtitle;            // "Huyện Quảng Hòa · nháp", "Tổng hợp chính thức · 9/10 đơn vị"
  std::vector<std::string> notes;  // what a reader must know: who is missing, conflicts, drafts
  std::vector<PublishedGroup> groups;
  std::vector<PublishedList> lists;
  std::vector<std::vector<std::string>> sources;  // a table, its header first
  std::vector<std::vector<std::string>>
      details;                               // a table of what each figure is made of, its header first; may be empty
  std::map<std::string, std::string> marks;  // of a single report: form, version, period, office, base, id
  std::string org_unit, complete_day;        // of DHIS2: "VN-04-049"; ISO day, empty: left out
};

// figures: complete(form, body, ...). base: the revision. state: for people ("nháp").
Publication publish_report(const Form& form, const json::Value& body, const Figures& figures, const Period& period,
                           const Window& window, std::string_view base, std::string_view state);

struct ConsolidatedNames {
  std::string province, province_code;         // "Cao Bằng", "04"
  std::map<std::string, std::string> offices;  // slug -> name
  std::vector<std::string> missing;            // slugs
};
Publication publish_consolidation(const Form& form, const Consolidation& result, const ConsolidatedNames& names);

// One workbook: the figures, a sheet for each list, sources, and the marks on a hidden sheet, by which exchange/filled.h
// reads it back. Errors of write_workbook.
Result<std::string> publication_xlsx(const Publication& publication);

// field,label_vi,value,unit,n_reported,n_expected,approx,section,row,remark with a byte order mark; rows of lists have
// section and row. With ',' values are written as programs do (1234.5), with ';' decimals have a comma, as Excel reads
// them in Viet Nam. The marks of a report stand in lines whose section is "#".
std::string publication_csv(const Publication& publication, char separator = ',');

// A page to print, after decree 30/2020/NĐ-CP: A4, heading blocks, number, date and signature left blank, lists as
// landscape appendices. Whole HTML; nothing is fetched from anywhere.
std::string publication_html(const Publication& publication);

// DHIS2 data values (dataValueSets): single figures only. Errors unsupported: a period or scenario that DHIS2 does not
// have (nine months, stages, estimates, plans).
Result<std::string> publication_dhis2(const Publication& publication);
// The same as CSV: dataelement,period,orgunit,catoptcombo,attroptcombo,value,storedby,lastupdated,comment,followup.
Result<std::string> publication_dhis2_csv(const Publication& publication);
// Where its days differ from those of DHIS2's period of that name: what to tell people; else empty.
std::string dhis2_note(const Publication& publication);

}  // namespace tram
