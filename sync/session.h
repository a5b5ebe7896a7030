// sync/session.h: Session proves to our own server, once a session, that this store neither went back in time nor lives
// twice.
//
// A nonce names each session. The header tells the present nonce, the hash of the next one, and how far the store has
// come; the next nonce is durable before it is sent. A copy of the store will show the same nonce with another
// successor, a restored one an old nonce: the server answers replica_fork. A server that itself went back answers
// history_changed. What happens then: docs/protocol.md. One thread.
#pragma once

#include <string>

#include "core/base/random.h"
#include "core/base/result.h"
#include "storage/store.h"

namespace tram {

class Session {
 public:
  Session(Store& store, Random& random) : store_(store), random_(random) {}

  // Value of Tram-Session for the next request; empty while the session stands. Errors: those of the store.
  Result<std::string> header();
  // Nothing is to be proved with the next request.
  bool stands() const { return stands_; }
  // What became of the request that carried the header (nothing happened: no error).
  void answered(const Status& outcome);
  // The answer is remembered in the next transaction that calls this; until then, a crash repeats the header.
  Status keep(Transaction& transaction);
  bool must_keep() const { return accepted_; }
  void kept() { accepted_ = false; }  // that transaction is durable

  // The next request begins a new session.
  void end();
  // After begin_new_history: a new instance starts with new nonces.
  Status start_over();

 private:
  struct Nonces {
    std::string instance, now, next;
  };
  Result<Nonces> load();
  static Status store_nonces(Transaction& transaction, const Nonces& nonces);
  std::string nonce_after(const std::string& nonce);

  Store& store_;
  Random& random_;
  Nonces nonces_;
  bool stands_ = false;
  bool accepted_ = false;  // by the server, not yet kept
};

}  // namespace tram
