// Mails that ended without being delivered: operators see them, also after a restart.
#include <algorithm>

#include "actors/base/log.hpp"
#include "actors/telling/notifier.hpp"
#include "engine/telling/limits.hpp"
#include "storage/registry/mail_rows.hpp"

namespace spillway::actors {

using storage::RegistryTable;

void Notifier::restore_ended() {
  services_.registry.for_each(RegistryTable::mails, {},
                              [&](std::string_view key, std::string_view value) {
                                auto ended = storage::decode_mail(key, value);
                                if (!ended) {
                                  log(LogLevel::error, "ended_mail_unreadable");
                                  return true;
                                }
                                const MailKey name{ended->mail.order, ended->mail.notice};
                                ended_.emplace(name, std::move(*ended));
                                return true;
                              });
  // Those of orders that have left the journal say nothing to anybody any more.
  std::vector<storage::RegistryChange> changes;
  std::erase_if(ended_, [&](const auto& each) {
    const DueMail& mail = each.second.mail;
    if (services_.journal.read(RecordNumber{mail.order.value})) return false;
    changes.push_back({RegistryTable::mails, storage::mail_row_key(mail), std::nullopt});
    return true;
  });
  write(std::move(changes), {});
}

void Notifier::note_end(const EndedMail& ended, std::vector<storage::RegistryChange>& changes) {
  ended_.insert_or_assign(MailKey{ended.mail.order, ended.mail.notice}, ended);
  changes.push_back(
      {RegistryTable::mails, storage::mail_row_key(ended.mail), storage::encode_mail(ended)});
  if (ended_.size() <= limits::mails_ended_max) return;
  const auto oldest =
      std::ranges::min_element(ended_, {}, [](const auto& each) { return each.second.at; });
  changes.push_back(
      {RegistryTable::mails, storage::mail_row_key(oldest->second.mail), std::nullopt});
  ended_.erase(oldest);
}

bool Notifier::was_dropped(const DueMail& mail) const {
  const auto found = ended_.find({mail.order, mail.notice});
  return found != ended_.end() && found->second.end == MailEnd::dropped;
}

// It is due after all: the process stopped before its end was a fact.
void Notifier::forget_end(const DueMail& mail) {
  if (ended_.erase({mail.order, mail.notice}) == 0) return;
  std::vector<storage::RegistryChange> changes;
  changes.push_back({RegistryTable::mails, storage::mail_row_key(mail), std::nullopt});
  write(std::move(changes), {});
}

void Notifier::write(std::vector<storage::RegistryChange> changes, Change change) {
  if (changes.empty()) return;
  under_way_.push_back(std::move(change));
  send(peers_.registrar, RegisterChanges{this, 0, std::move(changes)});
}

void Notifier::registered(const Registered& message) {
  for (std::size_t i = 0; i < message.tokens.size(); ++i) {
    SPILLWAY_CHECK(!under_way_.empty(), "a change became durable that nobody made");
    Change change = std::move(under_way_.front());
    under_way_.pop_front();
    if (change.dropped) settle(*change.dropped, false);
    if (change.ticket) answer(net::document(*change.ticket, std::move(change.answer)));
  }
}

}  // namespace spillway::actors
