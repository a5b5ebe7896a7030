#include "server/registry.h"

#include "core/base/digest.h"

namespace tram {
namespace {

using Items = std::vector<std::pair<std::string, json::Value>>;

std::string text_at(const json::Value& body, std::string_view name) { return json::string_at(body, name).value_or(""); }

// All records of a kind, by name.
Result<Items> items(Snapshot& snapshot, const std::string& kind) {
  const std::string prefix = "_local/" + kind + "/";
  ASSIGN_OR_RETURN(const auto found, snapshot.locals(prefix, SIZE_MAX));
  Items result;
  for (const auto& [id, document] : found) {
    ASSIGN_OR_RETURN(json::Value body, json::parse_object(document.body));
    result.emplace_back(id.substr(prefix.size()), std::move(body));
  }
  return result;
}

}  // namespace

Result<std::unique_ptr<Registry>> Registry::open(Store& store, Random& random) {
  std::unique_ptr<Registry> registry(new Registry(store));
  RETURN_IF_ERROR(registry->load(random));
  return registry;
}

Status Registry::load(Random& random) {
  Items keys, users, offices, plain, contacts;
  RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(keys, items(snapshot, "key"));
    ASSIGN_OR_RETURN(users, items(snapshot, "user"));
    ASSIGN_OR_RETURN(offices, items(snapshot, "office"));
    ASSIGN_OR_RETURN(plain, items(snapshot, "plain"));
    ASSIGN_OR_RETURN(contacts, items(snapshot, "contact"));
    return {};
  }));
  for (const auto& [name, body] : users) {
    // Before there were roles, there was `admin`.
    const Role before = json::boolean_at(body, "admin").value_or(false) ? Role::admin : Role::viewer;
    users_[name] = {name, text_at(body, "password_hash"), role_named(text_at(body, "role")).value_or(before),
                    text_at(body, "full_name"), text_at(body, "made_at")};
  }
  for (const auto& [slug, body] : offices) {
    const Office office{slug, text_at(body, "name"), text_at(body, "unit"), text_at(body, "token_sha256"),
                        text_at(body, "made_at")};
    slug_by_token_[office.token_sha256] = slug;
    offices_[slug] = office;
  }
  for (const auto& [name, body] : plain) plain_[text_at(body, "name")] = text_at(body, "file");
  for (const auto& [slug, body] : contacts) {
    contacts_[slug] = {text_at(body, "at"), static_cast<std::uint64_t>(json::integer_at(body, "refused").value_or(0)),
                       text_at(body, "last_id"), text_at(body, "last_code")};
  }
  if (!keys.empty()) {
    ASSIGN_OR_RETURN(key_, SigningKey::from_seed_hex(text_at(keys.front().second, "seed")));
    return {};
  }
  key_ = SigningKey::make(random);
  return put("key", "signing", {{"seed", key_->seed_hex()}});
}

Status Registry::put(const std::string& kind, const std::string& name, const json::Value& body) {
  return store_.write([&](Transaction& transaction) -> Status {
    RETURN_IF_ERROR(transaction.put_local("_local/" + kind + "/" + name, json::print(body)));
    return {};
  });
}

std::optional<User> Registry::user(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = users_.find(name);
  return found == users_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<User> Registry::users() const {
  const std::lock_guard lock(mutex_);
  std::vector<User> result;
  for (const auto& [name, user] : users_) result.push_back(user);
  return result;
}

Status Registry::save_user(const User& user) {
  RETURN_IF_ERROR(put("user", user.name,
                      {{"password_hash", user.password_hash},
                       {"role", std::string(name_of(user.role))},
                       {"full_name", user.full_name},
                       {"made_at", user.made_at}}));
  const std::lock_guard lock(mutex_);
  users_[user.name] = user;
  return {};
}

Status Registry::remove_user(const std::string& name) {
  RETURN_IF_ERROR(store_.write([&](Transaction& transaction) -> Status {
    RETURN_IF_ERROR(transaction.delete_local("_local/user/" + name));
    return {};
  }));
  const std::lock_guard lock(mutex_);
  users_.erase(name);
  return {};
}

std::optional<Office> Registry::office(std::string_view slug) const {
  const std::lock_guard lock(mutex_);
  const auto found = offices_.find(slug);
  return found == offices_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Office> Registry::office_by_token(std::string_view token) const {
  const std::string digest = sha256_hex(token);
  const std::lock_guard lock(mutex_);
  const auto found = slug_by_token_.find(digest);
  return found == slug_by_token_.end() ? std::nullopt : std::optional(offices_.find(found->second)->second);
}

std::vector<Office> Registry::offices() const {
  const std::lock_guard lock(mutex_);
  std::vector<Office> result;
  for (const auto& [slug, office] : offices_) result.push_back(office);
  return result;
}

std::uint64_t Registry::offices_version() const {
  const std::lock_guard lock(mutex_);
  return offices_version_;
}

Status Registry::save_office(const Office& office) {
  RETURN_IF_ERROR(put("office", office.slug,
                      {{"name", office.name},
                       {"unit", office.unit},
                       {"token_sha256", office.token_sha256},
                       {"made_at", office.made_at}}));
  const std::lock_guard lock(mutex_);
  if (const auto before = offices_.find(office.slug); before != offices_.end()) {
    slug_by_token_.erase(before->second.token_sha256);
  }
  slug_by_token_[office.token_sha256] = office.slug;
  offices_[office.slug] = office;
  ++offices_version_;
  return {};
}

std::map<std::string, std::string> Registry::plain() const {
  const std::lock_guard lock(mutex_);
  return plain_;
}

std::optional<std::string> Registry::plain_file(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = plain_.find(name);
  return found == plain_.end() ? std::nullopt : std::optional(found->second);
}

// Names of databases may hold what a _local id would not like; a digest of it never does.
Status Registry::save_plain(const std::string& name, const std::string& file) {
  RETURN_IF_ERROR(put("plain", sha256_hex(name), {{"name", name}, {"file", file}}));
  const std::lock_guard lock(mutex_);
  plain_[name] = file;
  return {};
}

Status Registry::remove_plain(const std::string& name) {
  RETURN_IF_ERROR(store_.write([&](Transaction& transaction) -> Status {
    RETURN_IF_ERROR(transaction.delete_local("_local/plain/" + sha256_hex(name)));
    return {};
  }));
  const std::lock_guard lock(mutex_);
  plain_.erase(name);
  return {};
}

void Registry::note_contact(const std::string& slug, std::string at) {
  const std::lock_guard lock(mutex_);
  Contact& contact = contacts_[slug];
  if (contact.at == at) return;
  contact.at = std::move(at);
  contacts_changed_[slug] = true;
}

void Registry::note_refusal(const std::string& slug, const std::string& id, const std::string& code) {
  const std::lock_guard lock(mutex_);
  Contact& contact = contacts_[slug];
  ++contact.refused;
  contact.last_id = id;
  contact.last_code = code;
  contacts_changed_[slug] = true;
}

Contact Registry::contact(std::string_view slug) const {
  const std::lock_guard lock(mutex_);
  const auto found = contacts_.find(slug);
  return found == contacts_.end() ? Contact{} : found->second;
}

Status Registry::flush_contacts() {
  std::map<std::string, Contact> changed;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [slug, yes] : contacts_changed_) changed[slug] = contacts_[slug];
    contacts_changed_.clear();
  }
  if (changed.empty()) return {};
  return store_.write([&](Transaction& transaction) -> Status {
    for (const auto& [slug, contact] : changed) {
      const json::Value body = {{"at", contact.at},
                                {"refused", contact.refused},
                                {"last_id", contact.last_id},
                                {"last_code", contact.last_code}};
      RETURN_IF_ERROR(transaction.put_local("_local/contact/" + slug, json::print(body)));
    }
    return {};
  });
}

}  // namespace tram
