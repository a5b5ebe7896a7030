// http/tls.h (inside http only): the server's end of TLS 1.2 and 1.3 on a socket that never blocks.
//
// TlsIdentity is a certificate with its key, shared by all connections; TlsChannel is one connection's state, about
// 10 kB while idle (buffers are given back between records). Sessions are resumed by tickets, so an office that comes
// back saves a round trip; nothing is kept here for it. A channel belongs to the io thread.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace tram::http {

class TlsIdentity {
 public:
  // Two PEM files: the certificate with its chain, the server's own first, and its key. Errors: usage, one line that
  // names the file and what is wrong with it (unreadable, no certificate, the key of another certificate).
  static Result<std::shared_ptr<TlsIdentity>> load(const std::string& certificate_file, const std::string& key_file);
  ~TlsIdentity();

 private:
  friend class TlsChannel;
  struct State;
  explicit TlsIdentity(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class TlsChannel {
 public:
  // what the last call waits for when nothing was moved: input or output of the socket
  enum class Outcome { some, wants_input, wants_output, gone };

  TlsChannel(const TlsIdentity& identity, int socket);  // the socket stays its owner's
  ~TlsChannel();

  // The handshake happens in the first of these.
  Outcome read(std::span<char> into, std::size_t& size);
  Outcome peek();
  Outcome write(std::string_view bytes, std::size_t& size);
  bool has_input() const;  // decrypted and not yet read: the socket itself may stay silent
  void say_goodbye();      // tells the peer that what it got is whole

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tram::http
