#include "storage/inspect/proof.hpp"

#include "storage/base/data_folder.hpp"
#include "storage/journal/lmdb_journal.hpp"
#include "storage/keys/keyring.hpp"

namespace spillway::storage {

namespace {

std::vector<SigningPublicKey> signing_keys_of(const Keyring& keys) {
  std::vector<SigningPublicKey> all = keys.past_signing();
  all.insert(all.begin(), public_key_of(keys.signing()));
  return all;
}

Result<Keyring> open_keys(const std::filesystem::path& data_folder,
                          const std::optional<std::string>& master_hex) {
  if (!std::filesystem::exists(journal_folder(data_folder) / "data.mdb"))
    return Error{"there is no data in " + data_folder.string()};
  return Keyring::look(data_folder, master_hex);
}

}  // namespace

Result<std::vector<SigningPublicKey>> signing_keys(const std::filesystem::path& data_folder,
                                                   const std::optional<std::string>& master_hex) {
  const auto keys = open_keys(data_folder, master_hex);
  if (!keys) return keys.error();
  return signing_keys_of(*keys);
}

Result<void> read_books(const std::filesystem::path& data_folder,
                        const std::optional<std::string>& master_hex,
                        const std::function<void(const BookLine&, const OrderCodes&)>& visit) {
  const auto keys = open_keys(data_folder, master_hex);
  if (!keys) return keys.error();
  LmdbJournal::Options options;
  options.read_only = true;
  const auto journal = LmdbJournal::open(journal_folder(data_folder), *keys, options);
  if (!journal) return journal.error();
  const OrderCodes codes(keys->order_codes());
  return (*journal)->try_each_line([&](const BookLine& line) { visit(line, codes); });
}

Result<RecordProof> prove_record(const std::filesystem::path& data_folder,
                                 const std::optional<std::string>& master_hex,
                                 RecordNumber number) {
  const auto keys = open_keys(data_folder, master_hex);
  if (!keys) return keys.error();
  LmdbJournal::Options options;
  options.read_only = true;
  const auto journal = LmdbJournal::open(journal_folder(data_folder), *keys, options);
  if (!journal) return journal.error();
  if (number.value == 0 || number > (*journal)->last())
    return Error{"the journal ends at record " + std::to_string((*journal)->last().value) +
                 ": there is no record " + std::to_string(number.value)};
  RecordProof proof;
  proof.link = (*journal)->link_of(number);
  proof.event = (*journal)->read(number);
  proof.line = (*journal)->book_line({number.value});
  proof.order_codes = keys->order_codes();
  proof.signing = signing_keys_of(*keys);
  return proof;
}

}  // namespace spillway::storage
