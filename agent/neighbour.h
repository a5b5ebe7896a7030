// agent/neighbour.h: which accounts of this PC hold connections to a port of ours, over loopback.
//
// A program of the account that this one runs under, or the administrator's, may read the data folder anyway, so it needs
// no session. Linux tells the owner of each TCP socket in /proc/self/net, also where the service sees processes
// alone of /proc; whoever can still read an answer has a socket there.
// Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tram::agent {

struct Neighbour {
  bool trusted = false;  // every connection is this program's own account's, or root's
  std::string name;      // of the account, "lan.ht"; of several, this program's own
};

// Of all sockets that are connected to our port: one stranger among them, and none is trusted. Nothing where nobody can
// tell.
std::optional<Neighbour> neighbours_at(std::uint16_t port);

}  // namespace tram::agent
