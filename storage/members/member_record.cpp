#include "storage/members/member_record.hpp"

#include "engine/account/limits.hpp"
#include "storage/base/bytes.hpp"
#include "storage/base/message_pack.hpp"

namespace spillway::storage {

namespace {

constexpr std::uint64_t version = 1;
constexpr std::size_t account_elements = 8;
constexpr std::size_t row_elements = 5;

std::uint64_t microseconds(Timestamp time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}
Timestamp read_time(PackReader& in) {
  return Timestamp(Duration(static_cast<Duration::rep>(in.number(INT64_MAX))));
}

std::string_view text_of(const std::array<unsigned char, 32>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Bytes into an array of just that many.
template <std::size_t size>
void read_bytes(PackReader& in, std::array<unsigned char, size>& bytes) {
  const std::string_view text = in.text(size);
  if (text.size() != size) return in.fail();
  text.copy(reinterpret_cast<char*>(bytes.data()), size);
}

}  // namespace

std::string encode(const MemberAccount& account) {
  const MemberProfile& profile = account.profile;
  const std::array<std::string_view, 6> texts{profile.name,          profile.email,
                                              profile.address,       profile.telephone,
                                              profile.date_of_birth, account.password_hash};
  std::size_t bound = 2 * PackWriter::array_max + PackWriter::number_max;
  for (const std::string_view text : texts) bound += PackWriter::text_max(text.size());
  bound += account.sessions.size() *
           (PackWriter::array_max + PackWriter::text_max(32) + PackWriter::number_max);

  std::string bytes(bound, '\0');
  PackWriter out(bytes.data());
  out.array(account_elements);
  out.number(version);
  for (const std::string_view text : texts) out.text(text);
  out.array(account.sessions.size());
  for (const MemberSession& session : account.sessions) {
    out.array(2);
    out.text(text_of(session.token_hash));
    out.number(microseconds(session.expires_at));
  }
  bytes.resize(static_cast<std::size_t>(out.end() - bytes.data()));
  return bytes;
}

std::optional<MemberAccount> decode_account(std::string_view bytes) {
  PackReader in(bytes);
  MemberAccount account;
  in.array_of(account_elements);
  if (in.number() != version) in.fail();
  MemberProfile& profile = account.profile;
  for (std::string* text : {&profile.name, &profile.email, &profile.address, &profile.telephone,
                            &profile.date_of_birth, &account.password_hash})
    *text = in.text();
  const std::size_t sessions = in.array();
  if (sessions > limits::member_sessions_max) in.fail();
  for (std::size_t i = 0; i < sessions && !in.failed(); ++i) {
    in.array_of(2);
    MemberSession& session = account.sessions.emplace_back();
    read_bytes(in, session.token_hash);
    session.expires_at = read_time(in);
  }
  if (in.failed() || !in.at_end()) return std::nullopt;
  return account;
}

std::string encode(const MemberRow& row) {
  std::string bytes(PackWriter::array_max + 3 * PackWriter::number_max +
                        PackWriter::text_max(row.sealed_account.size()) +
                        PackWriter::text_max(SealedMemberCard::size),
                    '\0');
  PackWriter out(bytes.data());
  out.array(row_elements);
  out.number(version);
  out.number(row.shop.value);
  out.number(microseconds(row.registered_at));
  out.text(row.sealed_account);
  out.text(row.card ? std::string_view(reinterpret_cast<const char*>(row.card->bytes.data()),
                                       row.card->bytes.size())
                    : std::string_view());
  bytes.resize(static_cast<std::size_t>(out.end() - bytes.data()));
  return bytes;
}

std::optional<MemberRow> decode_member_row(std::string_view bytes) {
  PackReader in(bytes);
  MemberRow row;
  in.array_of(row_elements);
  if (in.number() != version) in.fail();
  row.shop = {static_cast<std::uint32_t>(in.number(UINT32_MAX))};
  row.registered_at = read_time(in);
  row.sealed_account = in.text();
  const std::string_view card = in.text(SealedMemberCard::size);
  if (card.size() == SealedMemberCard::size) {
    row.card.emplace();
    card.copy(reinterpret_cast<char*>(row.card->bytes.data()), card.size());
  } else if (!card.empty()) {
    in.fail();
  }
  if (in.failed() || !in.at_end()) return std::nullopt;
  return row;
}

std::string member_row_key(MemberId member) {
  std::string key(sizeof member.value, '\0');
  put_big_endian(key.data(), member.value);
  return key;
}

std::optional<MemberId> member_of_row_key(std::string_view key) {
  if (key.size() != sizeof(MemberId::value)) return std::nullopt;
  return MemberId{get_big_endian<std::uint32_t>(key.data())};
}

}  // namespace spillway::storage
