#include "storage/journal/record_chain.hpp"

#include <openssl/evp.h>
#include <sodium.h>

#include "engine/base/invariants.hpp"
#include "storage/base/bytes.hpp"

namespace spillway::storage {

namespace {

void must_hash(int code) {
  SPILLWAY_CHECK(code == 1, "OpenSSL does not compute SHA-256");
}

void start(EVP_MD_CTX* context) {
  must_hash(EVP_DigestInit_ex(context, nullptr, nullptr));  // keeps the algorithm it has
}

ChainHash finish(EVP_MD_CTX* context) {
  ChainHash hash;
  unsigned size = 0;
  must_hash(EVP_DigestFinal_ex(context, reinterpret_cast<unsigned char*>(hash.data()), &size));
  SPILLWAY_CHECK(size == hash.size(), "SHA-256 gives another size");
  return hash;
}

EVP_MD_CTX* new_context() {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  SPILLWAY_CHECK(context != nullptr, "OpenSSL has no memory");
  must_hash(EVP_DigestInit_ex(context, EVP_sha256(), nullptr));
  return context;
}

}  // namespace

void RecordChain::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

RecordChain::RecordChain() : record_(new_context()), link_(new_context()) {}

ChainHash RecordChain::hash_of(std::string_view stored_record) {
  start(record_.get());
  must_hash(EVP_DigestUpdate(record_.get(), stored_record.data(), stored_record.size()));
  return finish(record_.get());
}

void RecordChain::begin(const ChainHash& before) {
  start(link_.get());
  add_hash(before);
}

void RecordChain::add_hash(const ChainHash& record) {
  must_hash(EVP_DigestUpdate(link_.get(), record.data(), record.size()));
}

ChainHash RecordChain::end(RecordNumber first, RecordNumber last) {
  std::array<char, 16> numbers;
  put_big_endian(numbers.data(), first.value);
  put_big_endian(numbers.data() + 8, last.value);
  must_hash(EVP_DigestUpdate(link_.get(), numbers.data(), numbers.size()));
  return finish(link_.get());
}

ChainHash new_chain_beginning() {
  ChainHash hash;
  randombytes_buf(hash.data(), hash.size());
  return hash;
}

}  // namespace spillway::storage
