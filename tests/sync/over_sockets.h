// tests/sync/over_sockets.h: a PC of an office that speaks with the province over real sockets, as tram-agent does, in
// pages of twenty documents.
#pragma once

#include <memory>
#include <string>

#include "http/server.h"
#include "tests/support/office.h"

namespace tram::test {

struct OverSockets {
  explicit OverSockets(Office& office)
      : server(must(http::Server::start({}, office.province.handler))),
        client(must(http::make_curl_client({.base_url = "http://127.0.0.1:" + std::to_string(server->port())}))),
        syncer(*office.own, *office.reference, *client, office.province.clock, office.province.random, options()) {}
  static SyncerOptions options() {
    SyncerOptions options;
    options.database = "office-a";
    options.credential.token = "a";
    options.rows_max = 20;
    options.overlap_from = 1;
    options.read_ahead = true;
    return options;
  }
  std::uint64_t connections() const { return client->traffic().connections; }

  std::unique_ptr<http::Server> server;
  std::unique_ptr<http::Client> client;
  Syncer syncer;
};

}  // namespace tram::test
