#include "actors/services/keyed_answers.hpp"

#include "engine/order/limits.hpp"
#include "storage/registry/keyed_answer_rows.hpp"

namespace spillway::actors {

using storage::RegistryTable;

namespace {

// Of the oldest answers, with each that is kept.
constexpr std::size_t expired_at_once = 2;

net::ApiAnswer of_another_credential(net::Ticket ticket) {
  return net::refused(
      ticket,
      {.refusal = {409,
                   "What it asked for was done. Its answer is told again only to the API key that "
                   "asked first.",
                   {}},
       .name = "idempotency-key-of-another-api-key",
       .title = "This Idempotency-Key came before with another API key"});
}

net::ApiAnswer told_again(net::Ticket ticket, storage::KeyedAnswer answer) {
  answer.headers.emplace_back("Idempotency-Replayed", "true");
  return net::document(ticket, {.status = static_cast<int>(answer.status),
                                .json = std::move(answer.json),
                                .headers = std::move(answer.headers)});
}

}  // namespace

std::optional<net::ApiAnswer> KeyedAnswers::begin(const net::RepeatableRequest& request) {
  const std::string answer_key = storage::keyed_answer_key(hash_.hash.wide(request.name));
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = tickets_.find(answer_key); found != tickets_.end()) {
      const UnderWay& first = under_way_.at(found->second);
      const bool same = first.credential != request.credential || first.secret == request.secret;
      if (same) return net::ApiAnswer{request.ticket, net::answers::InFlight{}};
      return net::ApiAnswer{request.ticket, net::answers::OtherBody{}};
    }
    // From here on a second one finds this, and the row is read after: whatever was under way
    // before is in it.
    tickets_.emplace(answer_key, key_of(request.ticket));
    under_way_.insert_or_assign(key_of(request.ticket),
                                UnderWay{answer_key, request.credential, request.secret});
    count_.store(under_way_.size(), std::memory_order_relaxed);
  }
  const auto row = registry_.read(RegistryTable::keyed_answers, answer_key);
  if (!row) return std::nullopt;
  auto found = storage::open_keyed_answer(answer_key, *row, request.secret);
  if (!found) return std::nullopt;  // of a later version: it is asked anew
  end(request.ticket);
  if (found->answer) return told_again(request.ticket, std::move(*found->answer));
  if (found->credential != request.credential) return of_another_credential(request.ticket);
  return net::ApiAnswer{request.ticket, net::answers::OtherBody{}};
}

void KeyedAnswers::forget(net::Ticket ticket) {
  end(ticket);
}

bool KeyedAnswers::end(net::Ticket ticket) {
  const std::lock_guard lock(mutex_);
  const auto found = under_way_.find(key_of(ticket));
  if (found == under_way_.end()) return false;
  tickets_.erase(found->second.answer_key);
  under_way_.erase(found);
  count_.store(under_way_.size(), std::memory_order_relaxed);
  return true;
}

void KeyedAnswers::answer(std::vector<net::ApiAnswer> batch) {
  // Orders come by the thousand, and these requests one by one.
  if (count_.load(std::memory_order_relaxed) > 0)
    for (const net::ApiAnswer& each : batch) end(each.ticket);
  api_->answer(std::move(batch));
}

void KeyedAnswers::keep(const net::ApiAnswer& answer,
                        std::vector<storage::RegistryChange>& changes) {
  const auto* document = std::get_if<net::answers::Document>(&answer.answer);
  if (document == nullptr || document->content->status >= 300) return;
  const net::answers::DocumentContent& content = *document->content;
  const Timestamp now = now_();
  {
    const std::lock_guard lock(mutex_);
    const auto found = under_way_.find(key_of(answer.ticket));
    if (found == under_way_.end()) return;
    const UnderWay& request = found->second;
    const storage::KeyedAnswer kept{static_cast<std::uint64_t>(content.status), content.headers,
                                    content.json};
    changes.push_back(
        {RegistryTable::keyed_answers, request.answer_key,
         storage::seal_keyed_answer(request.answer_key, request.credential, request.secret, kept)});
    changes.push_back({RegistryTable::keyed_answers,
                       storage::keyed_answer_time_key(now, request.answer_key), std::string()});
  }
  expire_some(now, changes);
}

void KeyedAnswers::expire_some(Timestamp now, std::vector<storage::RegistryChange>& changes) const {
  std::size_t left = expired_at_once;
  registry_.for_each(
      RegistryTable::keyed_answers, {.prefix = storage::keyed_answer_times},
      [&](std::string_view key, std::string_view) {
        const auto time = storage::keyed_answer_time_from(key);
        if (!time || now - time->at < limits::idempotency_key_life) return false;
        changes.push_back({RegistryTable::keyed_answers, time->answer_key, std::nullopt});
        changes.push_back({RegistryTable::keyed_answers, std::string(key), std::nullopt});
        return --left > 0;
      });
}

void keep_answer(net::ApiAnswers& api, const net::ApiAnswer& answer,
                 std::vector<storage::RegistryChange>& changes) {
  if (auto* keyed = dynamic_cast<KeyedAnswers*>(&api)) keyed->keep(answer, changes);
}

}  // namespace spillway::actors
