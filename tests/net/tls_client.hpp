// HttpClient under TLS, through OpenSSL's own way to a socket: nothing of it is shared with what it
// tests. It may leave its handshake to the test.
#pragma once

#include <csignal>
#include <stdexcept>
#include <string>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "tests/net/http_client.hpp"
#include "tests/net/tls_certificates.hpp"

namespace spillway::net {

class TlsClient : public HttpClient {
 public:
  TlsClient(std::uint16_t port, const TestCa& ca, int version = TLS1_3_VERSION)
      : HttpClient(port), context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
    BIO* pem = BIO_new(BIO_s_mem());
    const std::string text = ca.certificate();
    BIO_write(pem, text.data(), static_cast<int>(text.size()));
    X509* certificate = PEM_read_bio_X509(pem, nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), certificate);
    X509_free(certificate);
    BIO_free(pem);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_max_proto_version(context_.get(), version);
    SSL_CTX_set_mode(context_.get(), SSL_MODE_AUTO_RETRY);
    session_ = SSL_new(context_.get());
    SSL_set_fd(session_, socket_);
  }
  ~TlsClient() override { SSL_free(session_); }

  bool shake_hands() { return SSL_connect(session_) == 1; }
  TlsClient& must_shake_hands() {
    if (!shake_hands()) throw std::runtime_error("no handshake");
    return *this;
  }

  // In records of at most that many bytes.
  void set_record_size(std::size_t size) { SSL_set_max_send_fragment(session_, size); }

  bool send(std::string_view bytes) override {
    ERR_clear_error();
    return bytes.empty() || SSL_write(session_, bytes.data(), static_cast<int>(bytes.size())) > 0;
  }
  bool send_in_the_clear(std::string_view bytes) { return HttpClient::send(bytes); }
  void end_output() override { SSL_shutdown(session_); }  // close_notify, and still reads

  // The server said that it sends no more.
  bool is_ended() override {
    char byte = 0;
    ERR_clear_error();
    const int count = received_.empty() ? SSL_read(session_, &byte, 1) : 1;
    return count <= 0 && SSL_get_error(session_, count) == SSL_ERROR_ZERO_RETURN;
  }

  // Whether the server shook hands anew when it was asked to.
  bool renegotiate() {
    ERR_clear_error();
    return SSL_renegotiate(session_) == 1 && SSL_do_handshake(session_) == 1;
  }

  SSL* session() { return session_; }

 private:
  std::ptrdiff_t receive(char* into, std::size_t size) override {
    ERR_clear_error();
    return SSL_read(session_, into, static_cast<int>(size));
  }

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  SSL* session_ = nullptr;
};

}  // namespace spillway::net
