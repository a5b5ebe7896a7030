#include "http/client.h"

namespace tram::http {

Result<Response> Client::send(Request request, CallOptions options) {
  const auto pending = start(std::move(request), std::move(options));
  bool woken = false;
  while (!pending->done()) woken = wait(-1) || woken;
  if (woken) wakeup();
  return pending->take();
}

}  // namespace tram::http
