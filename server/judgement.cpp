#include "server/judgement.h"

namespace tram {
namespace {

// The node of the document's nearest known ancestor, itself excluded; kNone when nothing above it is known.
std::int32_t nearest_known(const Judgement& judgement) {
  if (!judgement.known) return Node::kNone;
  const Document& document = judgement.document;
  for (std::size_t i = 1; i < document.path.size() && i < document.rev.generation; ++i) {
    const auto node = judgement.known->tree.find({document.rev.generation - i, document.path[i]});
    if (node != Node::kNone) return node;
  }
  return Node::kNone;
}

Result<std::optional<json::Value>> body_of(const Judgement& judgement, const Node& node) {
  if (!node.has_body) return std::optional<json::Value>{};
  if (node.deleted) return {json::Value::object()};
  ASSIGN_OR_RETURN(const auto body, judgement.transaction.body(*judgement.known, node.rev));
  if (!body) return std::optional<json::Value>{};
  ASSIGN_OR_RETURN(json::Value value, json::parse_object(body->text));
  return {std::move(value)};
}

}  // namespace

Refused refuse(const Document& document, std::string code, std::string reason, std::string reason_vi) {
  Refused refused;
  refused.id = document.id;
  refused.rev = document.rev.text();
  refused.code = std::move(code);
  refused.reason = std::move(reason);
  refused.reason_vi = std::move(reason_vi);
  return refused;
}

Result<json::Value> held_before(const Judgement& judgement) {
  for (auto at = nearest_known(judgement); at != Node::kNone; at = judgement.known->tree.at(at).parent) {
    ASSIGN_OR_RETURN(auto body, body_of(judgement, judgement.known->tree.at(at)));
    if (body) return std::move(*body);
  }
  return json::Value::object();
}

Result<std::vector<json::Value>> other_branches(const Judgement& judgement) {
  std::vector<json::Value> bodies;
  if (!judgement.known) return bodies;
  const RevisionTree& tree = judgement.known->tree;
  const auto nearest = nearest_known(judgement);
  for (std::size_t i = 0; i < tree.nodes().size(); ++i) {
    const auto index = static_cast<std::int32_t>(i);
    if (nearest != Node::kNone && tree.is_ancestor(index, nearest)) continue;
    ASSIGN_OR_RETURN(auto body, body_of(judgement, tree.at(index)));
    if (body) bodies.push_back(std::move(*body));
  }
  return bodies;
}

Verdict check_form_and_period(const Judgement& judgement, std::string_view type, std::string_view form,
                              std::string_view period, FormAndPeriod& found) {
  const json::Value& body = judgement.body;
  const auto no = [&](std::string code, std::string reason, std::string reason_vi) -> Verdict {
    return refuse(judgement.document, std::move(code), std::move(reason), std::move(reason_vi));
  };
  if (json::string_at(body, "type") != type || json::string_at(body, "form") != form ||
      json::string_at(body, "period") != period) {
    return no("bad_document", "type, form and period in the document must be those of its id.",
              "Loại, biểu mẫu và kỳ báo cáo trong văn bản phải khớp với mã của nó.");
  }
  if (json::string_at(body, "office") != judgement.office.slug) {
    return no("scope", "The document belongs to another office.", "Văn bản thuộc đơn vị khác.");
  }
  const json::Value* unit = json::object_at(body, "unit");
  if (unit != nullptr && !judgement.office.unit.empty() && json::string_at(*unit, "code") != judgement.office.unit) {
    return no("scope", "The document speaks of another administrative unit.",
              "Văn bản ghi đơn vị hành chính khác với đơn vị gửi.");
  }
  if (!judgement.reference.knows_form(form)) {
    return no("unknown_form", "The province has no form " + std::string(form) + ".",
              "Tỉnh không có biểu mẫu " + std::string(form) + ".");
  }
  const auto version = json::integer_at(body, "form_version").value_or(0);
  found.form =
      version > 0 && version <= INT32_MAX ? judgement.reference.form(form, static_cast<int>(version)) : nullptr;
  if (found.form == nullptr) {
    return no("unknown_form_version",
              "The province has no version " + std::to_string(version) + " of form " + std::string(form) + ".",
              "Tỉnh không có phiên bản " + std::to_string(version) + " của biểu mẫu " + std::string(form) + ".");
  }
  auto parsed = parse_period(period);
  if (!parsed || !found.form->allows(parsed->kind)) {
    return no("bad_period", std::string(period) + " is not a period of form " + std::string(form) + ".",
              std::string(period) + " không phải kỳ báo cáo của biểu mẫu " + std::string(form) + ".");
  }
  found.period = std::move(*parsed);
  return std::nullopt;
}

}  // namespace tram
