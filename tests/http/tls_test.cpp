// A line that answers TLS with a certificate nobody vouches for.
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/http/fixture.h"
#include "tests/support/catch.h"

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

}  // namespace

TEST_CASE("a certificate that does not verify, or has another name, is a captive portal and hears no request") {
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
