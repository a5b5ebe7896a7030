// A line that answers TLS with a certificate nobody vouches for, and a server that ends TLS itself.
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/http/fixture.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

namespace tram::http {
namespace {

struct Certificate {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* x509 = X509_new();

  explicit Certificate(const char* name) {
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    X509_set_pubkey(x509, key);
    X509_NAME* subject = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_set_issuer_name(x509, subject);
    X509_sign(x509, key, EVP_sha256());
  }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;
  ~Certificate() {
    X509_free(x509);
    EVP_PKEY_free(key);
  }

  void write(const std::filesystem::path& path) const {
    FILE* file = std::fopen(path.c_str(), "w");
    PEM_write_X509(file, x509);
    std::fclose(file);
  }
  void write_key(const std::filesystem::path& path) const {
    FILE* file = std::fopen(path.c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
  }
};

// Answers every TLS connection with this certificate and a friendly page.
struct Portal {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  std::atomic<int> requests{0};
  RawServer server;

  explicit Portal(const Certificate& certificate) : server([this](RawSocket& socket) { talk(socket); }) {
    SSL_CTX_use_certificate(context, certificate.x509);
    SSL_CTX_use_PrivateKey(context, certificate.key);
  }
  Portal(const Portal&) = delete;
  Portal& operator=(const Portal&) = delete;
  ~Portal() { SSL_CTX_free(context); }

  void talk(const RawSocket& socket) {
    SSL* ssl = SSL_new(context);
    SSL_set_fd(ssl, socket.handle());
    std::array<char, 4096> head;
    if (SSL_accept(ssl) == 1 && SSL_read(ssl, head.data(), head.size()) > 0) {
      ++requests;
      const std::string_view page = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
      SSL_write(ssl, page.data(), static_cast<int>(page.size()));
      SSL_shutdown(ssl);
    }
    SSL_free(ssl);
  }
  std::string url(const std::string& host) const { return "https://" + host + ":" + std::to_string(server.port()); }
};

// A server with a certificate of its own for "localhost", and a client that knows it.
struct TlsProvince {
  test::TempFolder folder;
  Certificate certificate{"localhost"};
  std::unique_ptr<Server> server;

  explicit TlsProvince(Handler handler, ServerOptions options = {}) {
    certificate.write(folder.file("cert.pem"));
    certificate.write_key(folder.file("key.pem"));
    options.tls_certificate = folder.file("cert.pem");
    options.tls_key = folder.file("key.pem");
    server = serve(std::move(handler), std::move(options));
  }
  std::unique_ptr<Client> client() const {
    ClientOptions options{"https://localhost:" + std::to_string(server->port())};
    options.ca_file = folder.file("cert.pem");
    return *make_curl_client(options);
  }
};

// What a TLS client that speaks at most this version gets: the version in use, or nothing.
std::string version_with(const Server& server, int version_max) {
  const RawSocket socket = connect_to(server);
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_min_proto_version(context, 0);
  SSL_CTX_set_max_proto_version(context, version_max);
  SSL* ssl = SSL_new(context);
  SSL_set_fd(ssl, socket.handle());
  const std::string version = SSL_connect(ssl) == 1 ? SSL_get_version(ssl) : "";
  SSL_free(ssl);
  SSL_CTX_free(context);
  return version;
}

}  // namespace

TEST_CASE("a province with a certificate serves requests, large bodies both ways and long polls over TLS") {
  const auto news = Signal::make();
  const TlsProvince province([news](const Request& request) {
    if (request.path() == "/wait") {
      const Watch watch = news->watch();
      return Response::when({10'000, {watch}}, [] { return text_response(200, "news"); });
    }
    return text_response(200, request.is_tls ? request.body : "plain");
  });
  const auto client = province.client();
  const std::string small = "hello", large(3 << 20, 'x');
  for (const std::string& body : {small, large, small}) {
    const auto answer = client->send(Request{"POST", "/echo", {}, body});
    REQUIRE(answer.ok());
    CHECK(answer->body == body);
  }
  std::thread waiting([&] { CHECK(province.client()->send(Request{"GET", "/wait"})->body == "news"); });
  CHECK(eventually([&] { return province.server->stats().waiting == 1; }));
  news->raise();
  waiting.join();
}

TEST_CASE("TLS 1.2 and 1.3 are spoken and nothing older; plain HTTP on that port is cut, a silent peer too") {
  ServerOptions options;
  options.header_timeout_ms = 50;
  const TlsProvince province([](const Request&) { return text_response(200, "hi"); }, options);
  CHECK(version_with(*province.server, TLS1_3_VERSION) == "TLSv1.3");
  CHECK(version_with(*province.server, TLS1_2_VERSION) == "TLSv1.2");
  CHECK(version_with(*province.server, TLS1_1_VERSION).empty());
  auto plain = connect_to(*province.server);
  plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(plain.receive_all().find("HTTP/1.1 200") == std::string::npos);
  auto silent = connect_to(*province.server);
  CHECK(silent.receive_all().empty());
  CHECK(province.client()->send(Request{"GET", "/"})->body == "hi");
}

TEST_CASE("a certificate or key that cannot be used is named before the server listens") {
  const test::TempFolder folder;
  const Certificate one("localhost"), other("localhost");
  one.write(folder.file("cert.pem"));
  one.write_key(folder.file("key.pem"));
  other.write_key(folder.file("other.pem"));
  const auto starts = [&](const std::string& certificate, const std::string& key) {
    ServerOptions options;
    options.tls_certificate = certificate;
    options.tls_key = key;
    return Server::start(options, [](const Request&) { return Response{}; });
  };
  CHECK(starts(folder.file("absent.pem"), folder.file("key.pem")).error().message.find("absent.pem") !=
        std::string::npos);
  CHECK(starts(folder.file("cert.pem"), folder.file("cert.pem")).error().message.find("cert.pem") != std::string::npos);
  CHECK(starts(folder.file("cert.pem"), folder.file("other.pem")).error().code == ErrorCode::usage);
  CHECK(starts(folder.file("cert.pem"), folder.file("key.pem")).ok());
}

TEST_CASE(
    "F22, F23: a certificate that does not verify, or has another name, is a captive portal and hears no request") {
  const Certificate certificate("localhost");
  Portal portal(certificate);
  const Request secret{"GET", "/", {{"Authorization", "Bearer secret"}}};
  auto unknown = client_of(portal.url("localhost"));
  CHECK(unknown->send(secret).error().code == ErrorCode::captive_portal);

  const auto file = std::filesystem::temp_directory_path() / ("http_test." + std::to_string(::getpid()) + ".pem");
  certificate.write(file);
  ClientOptions options{portal.url("127.0.0.1")};
  options.ca_file = file.string();
  CHECK((*make_curl_client(options))->send(secret).error().code == ErrorCode::captive_portal);  // trusted, other name
  options.base_url = portal.url("localhost");
  options.pinned_keys = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  CHECK((*make_curl_client(options))->send(secret).error().code == ErrorCode::captive_portal);
  CHECK(portal.requests == 0);

  options.pinned_keys.clear();
  const auto trusted = (*make_curl_client(options))->send(secret);
  REQUIRE(trusted.ok());
  CHECK(trusted->body == "hi");
  CHECK(portal.requests == 1);
  std::filesystem::remove(file);
}

TEST_CASE("plain words on a TLS port are offline") {
  RawServer peer([](RawSocket& socket) { socket.send("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  const auto client = client_of("https://127.0.0.1:" + std::to_string(peer.port()));
  CHECK(client->send({}).error().code == ErrorCode::offline);
}

}  // namespace tram::http
