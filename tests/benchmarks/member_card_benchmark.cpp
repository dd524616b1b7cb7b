// What a member's order costs more than a guest's on an HTTP loop: his number, his entry in the
// directory, and his registered card sealed once more, where a guest's card is sealed once.
#include <vector>

#include <benchmark/benchmark.h>

#include "storage/cards/card_vault.hpp"
#include "storage/members/member_directory.hpp"
#include "storage/members/password_hash.hpp"

namespace spillway::storage {
namespace {

constexpr std::uint32_t members = 100'000;

CardDetails card() {
  CardDetails details;
  details.number = *CardNumber::from("4242424242424242");
  details.expiry = {2039, 12};
  return details;
}

// Seals as the vault does, without a folder of keys.
class OneKeySeal final : public CardSeal {
 public:
  SealedCard seal(const CardDetails& details, ShopId) const override {
    SealedCard sealed;
    const std::string_view digits = details.number.digits();
    auto* out = reinterpret_cast<unsigned char*>(sealed.bytes.data());
    crypto_aead_chacha20poly1305_ietf_encrypt(
        out + 4, nullptr, reinterpret_cast<const unsigned char*>(digits.data()), digits.size(),
        nullptr, 0, nullptr, nonce_.data(), key_.bytes.data());
    return sealed;
  }
  std::optional<CardDetails> open(const SealedCard&, ShopId) const override { return {}; }

 private:
  SecretKey key_;
  std::array<unsigned char, 12> nonce_{};
};

void guests_card(benchmark::State& state) {
  const OneKeySeal vault;
  const CardDetails details = card();
  for (auto step : state) benchmark::DoNotOptimize(vault.seal(details, {1}));
}
BENCHMARK(guests_card);

void members_card(benchmark::State& state) {
  const MemberSeal seal{SecretKey{}};
  const MemberNumbers numbers(seal.numbers());
  const OneKeySeal vault;
  MemberDirectory directory;
  std::vector<std::string> asked;
  for (std::uint32_t id = 1; id <= members; ++id) {
    MemberEntry entry;
    entry.key = seal.make_key({id});
    entry.has_card = true;
    entry.card = *seal.seal_card({id}, entry.key, CardCompany::visa, card());
    directory.put({id}, entry);
    asked.push_back(numbers.encode({id}));
  }
  std::size_t next = 0;
  for (auto step : state) {
    const MemberId member = *numbers.decode(asked[next]);
    const auto entry = directory.find(member);
    benchmark::DoNotOptimize(
        seal.seal_for_order(member, entry->key, entry->card, {1}, {2026, 11}, vault));
    next = (next + 7'919) % asked.size();
  }
}
BENCHMARK(members_card);

void password(benchmark::State& state) {
  const std::string hash = hash_password(Password("correct horse"));
  for (auto step : state)
    benchmark::DoNotOptimize(password_matches(Password("battery staple"), hash));
}
BENCHMARK(password)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace spillway::storage

BENCHMARK_MAIN();
