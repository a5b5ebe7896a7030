// server/registry.h: what the province keeps about itself: users, offices, plain databases, its signing key and when it
// last heard from each office. Kept in province.db as _local documents (they are replicated to nobody), and in memory.
//
// Passwords are kept as argon2id hashes, tokens as SHA-256; neither can be read back. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "server/roles.h"
#include "server/secrets.h"
#include "storage/store.h"

namespace tram {

struct User {
  std::string name;
  std::string password_hash;
  Role role = Role::viewer;
  std::string full_name = {};
  std::string made_at = {};
};

struct Office {
  std::string slug, name;
  std::string unit;          // code; empty: not known
  std::string token_sha256;  // 64 hex digits
  std::string made_at;
};

// What the province remembers of an office's visits.
struct Contact {
  std::string at;                  // UTC; empty: never
  std::uint64_t refused = 0;       // documents refused since the office was made
  std::string last_id, last_code;  // of the newest refusal
};

class Registry {
 public:
  // Reads everything; makes the signing key of a new province.
  static Result<std::unique_ptr<Registry>> open(Store& store, Random& random);

  const SigningKey& key() const { return *key_; }

  std::optional<User> user(std::string_view name) const;
  std::vector<User> users() const;
  Status save_user(const User& user);
  Status remove_user(const std::string& name);

  std::optional<Office> office(std::string_view slug) const;
  std::optional<Office> office_by_token(std::string_view token) const;
  std::vector<Office> offices() const;    // in order of slug
  std::uint64_t offices_version() const;  // another one after each save_office
  Status save_office(const Office& office);

  // Plain databases: name -> file in the folder `plain`.
  std::map<std::string, std::string> plain() const;
  std::optional<std::string> plain_file(const std::string& name) const;
  Status save_plain(const std::string& name, const std::string& file);
  Status remove_plain(const std::string& name);

  // In memory until flush_contacts.
  void note_contact(const std::string& slug, std::string at);
  void note_refusal(const std::string& slug, const std::string& id, const std::string& code);
  Contact contact(std::string_view slug) const;
  Status flush_contacts();

 private:
  Registry(Store& store) : store_(store) {}  // NOLINT(google-explicit-constructor)
  Status load(Random& random);
  Status put(const std::string& kind, const std::string& name, const json::Value& body);

  Store& store_;
  std::optional<SigningKey> key_;
  mutable std::mutex mutex_;
  std::map<std::string, User, std::less<>> users_;
  std::map<std::string, Office, std::less<>> offices_;
  std::uint64_t offices_version_ = 0;
  std::map<std::string, std::string, std::less<>> slug_by_token_;  // SHA-256 -> slug
  std::map<std::string, std::string> plain_;
  std::map<std::string, Contact, std::less<>> contacts_;
  std::map<std::string, bool, std::less<>> contacts_changed_;
};

}  // namespace tram
