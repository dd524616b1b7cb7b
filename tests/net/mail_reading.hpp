// Reads mails back as a mail program does, and remembers how deliveries went.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "net/mail.hpp"

namespace spillway::net {

inline Mail sample_mail() {
  using namespace std::chrono;
  Mail mail;
  mail.message_id = "3F7K9Q2MXW41.thanks@shop.example";
  mail.from_name = "The Shoe Shop";
  mail.from_address = "orders@shop.example";
  mail.to_name = "Hanako Sato";
  mail.to_address = "hanako@example.jp";
  mail.subject = "Thank you for your order";
  mail.text = "Dear Hanako Sato,\n\nthank you.\n";
  mail.date = sys_days(2026y / November / 21) + 22h + 24min + 50s;
  return mail;
}

// A message taken apart: fields in their order with folds undone, and the lines of its body.
struct ReadMessage {
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;  // as it travels

  std::string field(std::string_view name) const {
    for (const auto& [field_name, value] : fields) {
      if (field_name == name) return value;
    }
    return "(none)";
  }
};

inline ReadMessage read_message(std::string_view bytes) {
  ReadMessage message;
  while (!bytes.starts_with("\r\n") && !bytes.empty()) {
    const std::size_t end = bytes.find("\r\n");
    const std::string_view line = bytes.substr(0, end);
    if (line.starts_with(' ') && !message.fields.empty()) {
      message.fields.back().second += line;
    } else {
      const std::size_t colon = std::min(line.find(':'), line.size());
      std::string_view value = line.substr(std::min(colon + 1, line.size()));
      if (value.starts_with(' ')) value.remove_prefix(1);
      message.fields.emplace_back(line.substr(0, colon), value);
    }
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 2);
  }
  message.body = bytes.substr(std::min<std::size_t>(2, bytes.size()));
  return message;
}

inline std::string read_base64(std::string_view text) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = (bits << 6) | static_cast<std::uint32_t>(alphabet.find(c));
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>((bits >> count) & 0xFFU);
    }
  }
  return out;
}

// Undoes RFC 2047's encoded words; the space between two of them belongs to neither.
inline std::string read_words(std::string_view text) {
  std::string out;
  bool after_word = false;
  while (!text.empty()) {
    const std::size_t begin = text.find("=?UTF-8?B?");
    const std::string_view before = text.substr(0, begin);
    if (!after_word || before.find_first_not_of(' ') != std::string_view::npos) out += before;
    if (begin == std::string_view::npos) return out;
    text.remove_prefix(begin + 10);
    const std::size_t end = text.find("?=");
    out += read_base64(text.substr(0, end));
    text.remove_prefix(end + 2);
    after_word = true;
  }
  return out;
}

// RFC 2045 6.7; line ends become '\n'.
inline std::string read_quoted_printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') continue;
    if (text[i] != '=') {
      out += text[i];
    } else if (text.substr(i, 3) == "=\r\n") {
      i += 2;
    } else {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    }
  }
  return out;
}

class DeliveryRecorder : public MailListener {
 public:
  void on_delivery(std::uint64_t id, DeliveryReport report) override {
    std::lock_guard lock(mutex_);
    reports_[id].push_back(std::move(report));
    ++count_;
    changed_.notify_all();
  }

  // False when they did not come within half a minute.
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return count_ >= count; });
  }

  // The one report of this id, waited for.
  DeliveryReport report_of(std::uint64_t id) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(30), [&] { return !reports_[id].empty(); });
    return reports_[id].size() == 1 ? reports_[id].front() : DeliveryReport{};
  }
  Delivery of(std::uint64_t id) { return report_of(id).delivery; }

  std::size_t count() {
    std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, std::vector<DeliveryReport>> reports_;
  std::size_t count_ = 0;
};

}  // namespace spillway::net
