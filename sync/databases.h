// sync/databases.h: the databases that a program serves, and who may use which.
//
// Thread rule: everything here may be used from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "http/signal.h"
#include "storage/store.h"
#include "sync/local_peer.h"
#include "sync/rules.h"
#include "sync/turn.h"

namespace tram {

// office: two-way with one office, merged, judged by rules. reference: offices only read it. plain: as a CouchDB
// database, no rules, no merging.
enum class DatabaseKind { office, reference, plain };

// By its name: "office-…", "reference", or plain.
DatabaseKind kind_of(std::string_view database_name);
// ^[a-z][a-z0-9_$()+/-]*$, at most 238 bytes, and none of api, ui, metrics.
bool is_database_name(std::string_view name);

// Who wrote which stretch of sequences lately: thus an office's own push need not wake its own long poll. An instance
// begins before its transaction and notes after it: a poll that sees the commit in between knows that it is too early.
class EchoLog {
 public:
  void begin(std::string_view instance);
  void note(std::string_view instance, std::uint64_t before, std::uint64_t after);  // equal: nothing was written
  bool writing(std::string_view instance) const;
  // `since`, moved over batches that this instance itself wrote directly behind it.
  std::uint64_t skip(std::string_view instance, std::uint64_t since) const;

 private:
  struct Wrote {
    std::string instance;
    std::uint64_t before, after;
  };
  mutable std::mutex mutex_;
  std::deque<Wrote> wrote_;  // in order of sequence, the last few dozen
  std::vector<std::string> writing_;
};

// An open database. Held by shared_ptr: a long poll keeps it open.
struct Database {
  Database(std::string name, DatabaseKind kind, std::shared_ptr<Store> store, std::shared_ptr<Rules> rules,
           bool made_here);

  const std::string name;
  const DatabaseKind kind;
  const std::shared_ptr<Store> store;
  const std::shared_ptr<Rules> rules;           // may be null
  const std::shared_ptr<http::Signal> changed;  // raised after every commit that moved the sequence
  LocalPeer peer;
  EchoLog echo;
  // Large batches of replication have their turn one after the other, each until all of it is put in: the next one is
  // read while this one is committed. All at once they would wait for the same writer, and push each other out of the
  // caches.
  Turns large_batches;
  std::atomic<bool> removed = false;  // from its folder, while feeds may still hold it: they end
  PendingCount pending;
};

// Makes a Database of a store that nobody writes to yet (it subscribes to the store's changes). made_here: what
// arrives was written on this PC, and is to be carried on to the province.
std::shared_ptr<Database> make_database(std::string name, std::shared_ptr<Store> store,
                                        std::shared_ptr<Rules> rules = nullptr, bool made_here = false);

class Databases {
 public:
  virtual ~Databases() = default;
  // Called for every request, so a map in front of the files. Error not_found.
  virtual Result<std::shared_ptr<Database>> open(const std::string& name) = 0;
  // A plain database (routes have checked name and right). Errors: conflict named file_exists; unsupported.
  virtual Result<std::shared_ptr<Database>> create(const std::string& name) = 0;
  // Moves the file aside. Errors: not_found; forbidden for one that cannot be removed; unsupported.
  virtual Status remove(const std::string& name) = 0;
  virtual Result<std::vector<std::string>> list() = 0;  // all names, sorted by bytes
};

// Whom a credential stands for.
struct Principal {
  bool admin = false;
  std::string name;                // user name, or the office's slug
  std::string office;              // slug of the one office it belongs to; empty: none
  std::vector<std::string> roles;  // only shown
};

// An office's credential: its own database read and write, `reference` read. The administrator: everything. Anybody
// else: nothing. Decided by names alone, so that what is out of scope looks the same whether it exists or not.
enum class Access { none, read, write };
Access access_of(const Principal& principal, std::string_view database_name);

}  // namespace tram
