#include "server/filled_rows.h"

#include "core/reports/filled.h"

namespace tram {
namespace {

enum class Source { agrees, differs, absent };

Result<Source> compare(Snapshot& snapshot, const FormSection& section, const std::string& uuid,
                       const json::Value& row) {
  ASSIGN_OR_RETURN(const auto record, snapshot.find(section.filled_from + ":" + uuid));
  if (!record) return Source::absent;
  for (const Node& node : record->tree.nodes()) {
    if (node.deleted) continue;
    ASSIGN_OR_RETURN(const auto body, snapshot.body(*record, node.rev));
    if (!body) continue;
    ASSIGN_OR_RETURN(const json::Value document, json::parse_object(body->text));
    if (filled_row(section, uuid, document) == row) return Source::agrees;
  }
  return Source::differs;
}

Finding finding_of(const std::string& path, Source source) {
  Finding finding;
  finding.warning = true;
  finding.field = path;
  finding.rule = "filled";
  finding.fields = {path};
  finding.message_vi = source == Source::absent ? "Dòng này chép từ một tài liệu mà tỉnh chưa có."
                                                : "Dòng này không giống tài liệu mà nó được chép từ đó.";
  finding.message_en = source == Source::absent ? "This row is copied from a document that the province does not hold."
                                                : "This row is not what the document says that it was copied from.";
  return finding;
}

}  // namespace

Status check_filled_rows(Snapshot& snapshot, const Form& form, const json::Value& report,
                         std::vector<Finding>& findings) {
  const json::Value* all = json::object_at(report, "rows");
  for (const FormSection& section : form.sections) {
    const FormField* named = section.filled_from.empty() || all == nullptr ? nullptr : uuid_field(section);
    const json::Value* rows = named == nullptr ? nullptr : json::object_at(*all, section.id);
    if (rows == nullptr) continue;
    for (const auto& [id, row] : rows->items()) {
      const std::string uuid = row.is_object() ? json::string_at(row, named->id).value_or("") : "";
      ASSIGN_OR_RETURN(const Source source, compare(snapshot, section, uuid, row));
      if (source != Source::agrees) findings.push_back(finding_of(section.id + "/" + id + "/" + named->id, source));
    }
  }
  return {};
}

}  // namespace tram
