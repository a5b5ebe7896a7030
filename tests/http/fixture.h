// tests/http/fixture.h: a client and what it talks to, real or by function call.
#pragma once

#include <memory>
#include <string>

#include "http/client.h"
#include "http/loopback_client.h"
#include "http/server.h"
#include "tests/http/raw.h"
#include "tests/support/patience.h"

namespace tram::http {

using test::eventually;

std::unique_ptr<Server> serve(Handler handler, ServerOptions options = {});
std::unique_ptr<Client> client_of(const std::string& url);
std::unique_ptr<Client> client_of(const Server& server);
inline RawSocket connect_to(const Server& server) { return RawSocket::to(server.port()); }

// The two ways in which a client reaches a handler; the contract is the same.
enum class Way { loopback, network };
struct Line {
  Line(Way way, Handler handler);
  std::unique_ptr<Server> server;  // network only
  std::unique_ptr<Client> client;
};

// The body of chunked framing, or nothing when it is cut or wrong.
std::string unchunk(std::string_view framed);
// Resident memory of this process in bytes; 0 with a sanitizer.
std::size_t memory_now();

}  // namespace tram::http
