#include "net/mail/notice_mail.hpp"

#include <algorithm>

#include "engine/base/money.hpp"
#include "engine/telling/limits.hpp"
#include "net/mail/mail_text.hpp"

namespace spillway::net {

namespace {

constexpr std::size_t margin = 2;  // on both sides of the table

void append_row(std::string_view left, std::string_view right, std::string& out) {
  const std::size_t used = columns(left) + columns(right);
  constexpr std::size_t width = limits::mail_columns - margin;
  out += left;
  out.append(used < width ? width - used : 1, ' ');
  out += right;
  out += '\n';
}

std::string card_text(const MaskedCard& card) {
  std::string text(to_text(card.company));
  text += " ending in ";
  text.append(card.last_four.data(), card.last_four.size());
  return text;
}

std::string message_id(Notice notice, std::string_view order_code, std::string_view mail_from) {
  std::string id(order_code);
  std::erase(id, '-');
  id += '.';
  id += to_text(notice);
  id += mail_from.substr(std::min(mail_from.find('@'), mail_from.size()));
  return id;
}

}  // namespace

std::string items_table(const Received& order) {
  std::string out;
  for (const Item& item : order.items) {
    const std::string name = clean_line(item.name + " (" + clean_line(item.code) + ")");
    std::string lines = wrap(name, limits::mail_columns - 2 * margin);
    for (std::size_t at = 0; at != std::string::npos; at = lines.find('\n', at + 1)) {
      lines.insert(at == 0 ? 0 : at + 1, margin, ' ');
    }
    out += lines + '\n';
    const auto sum = multiply_checked(item.quantity, item.unit_price);
    SPILLWAY_CHECK(sum.has_value(), "an accepted order's item costs more than can be counted");
    append_row("    " + std::to_string(item.quantity) + " x " +
                   to_text(Money{item.unit_price, order.amount.currency}),
               to_text(Money{*sum, order.amount.currency}), out);
  }
  out.append(margin, ' ');
  out.append(limits::mail_columns - 2 * margin, '-');
  out += '\n';
  append_row("  Total", to_text(order.amount), out);
  out.pop_back();
  return out;
}

Mail make_notice(Notice notice, const Received& order, Timestamp at, std::string_view order_code,
                 const ShopIdentity& shop, const NoticeTemplates& templates) {
  const std::string buyer = clean_line(order.buyer.name);
  const auto index = [](Placeholder placeholder) { return static_cast<std::size_t>(placeholder); };
  PlaceholderValues values;
  values[index(Placeholder::shop)] = clean_line(shop.name);
  values[index(Placeholder::contact)] = clean_line(shop.mail_from);
  values[index(Placeholder::buyer)] = buyer.empty() ? "customer" : buyer;
  values[index(Placeholder::order)] = order_code;
  values[index(Placeholder::reference)] = clean_line(order.reference);
  values[index(Placeholder::card)] = card_text(order.card);
  values[index(Placeholder::total)] = to_text(order.amount);
  values[index(Placeholder::items)] = items_table(order);

  const MailTemplate& wording = templates.of(notice);
  Mail mail;
  mail.message_id = message_id(notice, order_code, shop.mail_from);
  mail.from_name = values[index(Placeholder::shop)];
  mail.from_address = shop.mail_from;
  mail.to_name = buyer;
  mail.to_address = order.buyer.email;
  mail.subject = wording.subject(values);
  mail.text = wrap(wording.text(values), limits::mail_columns);
  mail.date = at;
  return mail;
}

}  // namespace spillway::net
