#include "http/client.h"

namespace tram::http {

Result<Response> Client::send(Request request, CallOptions options) {
  return finish(*start(std::move(request), std::move(options)));
}

Result<Response> Client::finish(Pending& pending) {
  read_on(pending, [] { return false; });
  return pending.take();
}

void Client::read_on(const Pending& pending, const std::function<bool()>& is_full) {
  bool woken = false;
  while (!pending.done() && !is_full()) woken = wait(-1) || woken;
  if (woken) wakeup();
}

}  // namespace tram::http
