#include "http/client.h"

namespace tram::http {

Result<Response> Client::send(Request request, CallOptions options) {
  return finish(*start(std::move(request), std::move(options)));
}

Result<Response> Client::finish(Pending& pending) {
  bool woken = false;
  while (!pending.done()) woken = wait(-1) || woken;
  if (woken) wakeup();
  return pending.take();
}

}  // namespace tram::http
