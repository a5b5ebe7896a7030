#include "core/records/merge.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

namespace tram {
namespace {

using Maybe = const json::Value*;  // nullptr: absent, which is another value than null

bool same(Maybe a, Maybe b) { return a && b ? same_value(*a, *b) : a == b; }
std::optional<json::Value> copy(Maybe value) { return value ? std::optional(*value) : std::nullopt; }

Maybe member(Maybe object, std::string_view name) {
  if (!object) return nullptr;
  const auto found = object->find(name);
  return found == object->end() ? nullptr : &*found;
}

std::string text_of(std::span<const std::string> steps) {
  std::string text;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (i > 0) text += '/';
    for (const char c : steps[i]) {
      if (c == '~') {
        text += "~0";
      } else if (c == '/') {
        text += "~1";
      } else {
        text += c;
      }
    }
  }
  return text;
}

// Array elements that all are objects with an id of their own, by canonical id and in their order.
struct Rows {
  std::vector<std::string> order;
  std::map<std::string, Maybe, std::less<>> by_id;

  Maybe find(const std::string& id) const {
    const auto found = by_id.find(id);
    return found == by_id.end() ? nullptr : found->second;
  }
};

std::optional<Rows> rows_of(Maybe value) {
  Rows rows;
  if (!value) return rows;
  if (!value->is_array()) return std::nullopt;
  for (const json::Value& row : *value) {
    if (!row_step(row)) return std::nullopt;
    std::string id = json::print(row.at("id"));
    if (!rows.by_id.emplace(id, &row).second) return std::nullopt;
    rows.order.push_back(std::move(id));
  }
  return rows;
}

// All ids of the three, in the order that the merged rows take; the ids of removed rows too.
std::vector<std::string> merged_order(const Rows& base, const Rows& x, const Rows& y) {
  std::vector<std::string> order = base.order;  // unless one side alone, or both alike, changed it
  if (x.order == y.order || x.order == base.order) {
    order = y.order;
  } else if (y.order == base.order) {
    order = x.order;
  }

  std::set<std::string> rest;
  for (const Rows* rows : {&base, &x, &y}) rest.insert(rows->order.begin(), rows->order.end());
  for (const std::string& id : order) rest.erase(id);
  order.insert(order.end(), rest.begin(), rest.end());
  return order;
}

// Of two values of `edit` or `submission`, the one that is taken when both sides changed it.
Maybe greater(std::string_view name, Maybe x, Maybe y) {
  if (!x || !y) return x ? x : y;
  if (name == "submission") {
    const auto n_x = json::integer_at(*x, "n");
    const auto n_y = json::integer_at(*y, "n");
    if (n_x != n_y) return n_x > n_y ? x : y;
  }
  return json::print(*x) > json::print(*y) ? x : y;
}

class Merger {
 public:
  explicit Merger(bool base_known) : base_known_(base_known) {}

  MergeResult run(Maybe base, const json::Value& x, const json::Value& y) {
    result_.merged = merge_objects(base, x, y);
    return std::move(result_);
  }

 private:
  std::optional<json::Value> merge(Maybe base, Maybe x, Maybe y);
  std::optional<json::Value> merge_at(std::string step, Maybe base, Maybe x, Maybe y);
  json::Value merge_objects(Maybe base, const json::Value& x, const json::Value& y);
  json::Value merge_rows(const Rows& base, const Rows& x, const Rows& y);
  bool is_unclashing() const { return path_.size() == 1 && (path_[0] == "edit" || path_[0] == "submission"); }
  bool is_whole() const { return is_unclashing() || (path_.size() == 1 && path_[0] == "review"); }
  void note(bool by_x) {
    if (path_[0] != "edit") result_.parallel.emplace_back(text_of(path_), by_x);
  }

  const bool base_known_;
  std::vector<std::string> path_;
  MergeResult result_;
};

std::optional<json::Value> Merger::merge(Maybe base, Maybe x, Maybe y) {
  if (same(x, y)) return copy(x);
  // Objects and rows come before "only one side changed" so that `parallel` names what changed; the outcome is alike.
  if (x && y && !is_whole()) {
    if (x->is_object() && y->is_object() && (!base || base->is_object())) return merge_objects(base, *x, *y);
    if (x->is_array() && y->is_array()) {
      const auto base_rows = rows_of(base), x_rows = rows_of(x), y_rows = rows_of(y);
      if (base_rows && x_rows && y_rows) return merge_rows(*base_rows, *x_rows, *y_rows);
    }
  }
  if (base_known_ && same(x, base)) return note(false), copy(y);
  if (base_known_ && same(y, base)) return note(true), copy(x);
  if (is_unclashing()) return copy(greater(path_[0], x, y));
  Clash& clash = result_.clashes.emplace_back();
  clash.path = path_;
  if ((clash.in_base = base != nullptr)) clash.base = *base;
  if ((clash.in_x = x != nullptr)) clash.x = *x;
  if ((clash.in_y = y != nullptr)) clash.y = *y;
  return copy(x);
}

std::optional<json::Value> Merger::merge_at(std::string step, Maybe base, Maybe x, Maybe y) {
  path_.push_back(std::move(step));
  auto merged = merge(base, x, y);
  path_.pop_back();
  return merged;
}

json::Value Merger::merge_objects(Maybe base, const json::Value& x, const json::Value& y) {
  std::vector<std::string> names;
  for (const auto& item : x.items()) names.push_back(item.key());
  for (const auto& item : y.items()) {
    if (!x.contains(item.key())) names.push_back(item.key());
  }
  std::sort(names.begin(), names.end());
  json::Value object = json::Value::object();
  for (const std::string& name : names) {
    auto merged = merge_at(name, member(base, name), member(&x, name), member(&y, name));
    if (merged) object.emplace(name, *std::move(merged));
  }
  return object;
}

json::Value Merger::merge_rows(const Rows& base, const Rows& x, const Rows& y) {
  json::Value rows = json::Value::array();
  for (const std::string& id : merged_order(base, x, y)) {
    const Maybe in_base = base.find(id), in_x = x.find(id), in_y = y.find(id);
    const Maybe any = in_base ? in_base : in_x ? in_x : in_y;
    auto merged = merge_at(row_step(*any).value_or(id), in_base, in_x, in_y);
    if (merged) rows.push_back(*std::move(merged));
  }
  return rows;
}

}  // namespace

std::string Clash::path_text() const { return text_of(path); }

std::vector<std::string> path_steps(std::string_view path_text) {
  std::vector<std::string> steps(1);
  for (std::size_t i = 0; i < path_text.size(); ++i) {
    if (path_text[i] == '/') {
      steps.emplace_back();
    } else if (path_text[i] == '~' && i + 1 < path_text.size()) {
      steps.back() += path_text[++i] == '1' ? '/' : '~';
    } else {
      steps.back() += path_text[i];
    }
  }
  return steps;
}

bool same_value(const json::Value& a, const json::Value& b) {
  if (json::is_number(a) && json::is_number(b)) {
    return a.type() == b.type() && !a.is_binary() ? a == b : json::number_text(a) == json::number_text(b);
  }
  if (a.type() != b.type() || a.size() != b.size()) return false;
  if (a.is_object()) {
    for (auto left = a.begin(), right = b.begin(); left != a.end(); ++left, ++right) {
      if (left.key() != right.key() || !same_value(*left, *right)) return false;
    }
    return true;
  }
  if (a.is_array()) return std::equal(a.begin(), a.end(), b.begin(), same_value);
  return a == b;
}

std::optional<std::string> row_step(const json::Value& row) {
  const Maybe id = row.is_object() ? member(&row, "id") : nullptr;
  if (id && id->is_string()) return id->get<std::string>();
  if (id && id->is_number_integer()) return json::print(*id);
  return std::nullopt;
}

MergeResult merge_records(const json::Value& base, const json::Value& x, const json::Value& y) {
  return Merger(true).run(&base, x, y);
}

MergeResult compare_records(const json::Value& x, const json::Value& y) { return Merger(false).run(nullptr, x, y); }

json::Value attachments_value(const std::vector<Attachment>& attachments) {
  json::Value map = json::Value::object();
  for (const Attachment& attachment : attachments) {
    map[attachment.name] = attachment.sha256 + " " + attachment.content_type;
  }
  return map;
}

std::vector<Attachment> attachments_of(const json::Value& map, const std::vector<Attachment>& ours,
                                       const std::vector<Attachment>& others, std::uint64_t revpos) {
  std::vector<Attachment> merged;
  for (const auto& [name, value] : map.items()) {
    const auto fits = [&, wanted = &value, name_wanted = &name](const Attachment& attachment) {
      return attachment.name == *name_wanted && attachment.sha256 + " " + attachment.content_type == *wanted;
    };
    if (const auto kept = std::find_if(ours.begin(), ours.end(), fits); kept != ours.end()) {
      merged.push_back(*kept);
    } else if (const auto taken = std::find_if(others.begin(), others.end(), fits); taken != others.end()) {
      merged.push_back(*taken);
      merged.back().revpos = revpos;
    }
  }
  return merged;
}

std::optional<std::vector<Attachment>> merge_attachments(const std::vector<Attachment>& base,
                                                         const std::vector<Attachment>& x,
                                                         const std::vector<Attachment>& y, std::uint64_t revpos) {
  const auto wrap = [](const std::vector<Attachment>& attachments) {
    json::Value record = json::Value::object();
    record["_attachments"] = attachments_value(attachments);
    return record;
  };
  const MergeResult result = merge_records(wrap(base), wrap(x), wrap(y));
  if (!result.clean()) return std::nullopt;
  return attachments_of(result.merged["_attachments"], x, y, revpos);
}

}  // namespace tram
