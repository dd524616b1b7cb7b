// A peer of a relay line that does what a test says.
#pragma once

#include <map>

#include <gtest/gtest.h>

#include "net/event_loop.hpp"
#include "net/relay_messages.hpp"
#include "net/tcp_listener.hpp"
#include "tests/net/relay_line_helpers.hpp"

namespace spillway::net {

// A relay centre of one line at a time that signs on, and beyond that only notes what it hears.
class ScriptedCentre : public TcpStreamListener {
 public:
  explicit ScriptedCentre(EventLoop& loop, std::shared_ptr<const TlsContext> tls = {})
      : loop_(loop), tls_(std::move(tls)) {
    loop_.run_and_wait([this] { listen(); });
  }
  ~ScriptedCentre() override {
    loop_.run_and_wait([this] {
      stream_.reset();
      listener_.reset();
    });
  }

  std::uint16_t port() const { return port_; }
  void answer_sign_on_with(const std::string& code) {
    loop_.run_and_wait([&] { sign_on_code_ = code; });
  }
  void answer_echoes(bool yes) {
    loop_.run_and_wait([&] { answers_echoes_ = yes; });
  }
  // What is said in place of each answer to a sign-on; empty: nothing in place of it.
  void answer_sign_on_as(const std::string& bytes) {
    loop_.run_and_wait([&] { sign_on_answer_ = bytes; });
  }
  // Answers to its own requests: how many came, and the last one.
  std::size_t responses() {
    std::lock_guard lock(mutex_);
    return responses_;
  }
  bool wait_for_responses(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return responses_ >= count; });
  }
  std::string last_response() {
    std::lock_guard lock(mutex_);
    return last_response_;
  }
  void say(const std::string& bytes) {
    loop_.run_and_wait([&] { stream_->write(bytes); });
  }
  void hang_up() {
    loop_.run_and_wait([&] { stream_.reset(); });
  }

  // Messages so far, "0100" and the like, "0800/301" for network messages.
  bool wait_for(const std::string& message, std::size_t count = 1) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return heard_[message] >= count; });
  }
  std::size_t heard(const std::string& message) {
    std::lock_guard lock(mutex_);
    return heard_[message];
  }
  bool wait_for_end() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return ended_; });
  }

 private:
  void listen() {
    auto listener = TcpListener::listen(
        loop_, "127.0.0.1", 0,
        [this](std::unique_ptr<TcpStream> stream) {
          stream_ = std::move(stream);
          stream_->start(*this);
        },
        tls_);
    ASSERT_TRUE(listener);
    listener_ = std::move(*listener);
    port_ = listener_->port();
  }
  void on_connected() override {}
  void on_closed() override {
    stream_.reset();
    note([this] { ended_ = true; });
  }
  std::size_t on_bytes(std::string_view bytes) override {
    std::size_t consumed = 0;
    while (true) {
      const auto message = iso8583::next_message(bytes.substr(consumed));
      if (!message || !*message) return consumed;
      consumed += 2 + (*message)->size();
      take(**message);
    }
  }
  void take(std::string_view bytes) {
    const auto message = iso8583::decode(bytes);
    ASSERT_TRUE(message) << to_text(message.error());
    std::string name(bytes.substr(0, 4));
    if (message->has(iso8583::Field::network_code))
      name += "/" + std::string((*message)[iso8583::Field::network_code]);
    note([&] {
      ++heard_[name];
      if (message->type() != iso8583::MessageType::network_response) return;
      last_response_ = bytes;
      ++responses_;
    });
    if (name == "0800/001" && !sign_on_answer_.empty()) {
      stream_->write(sign_on_answer_);
      return;
    }
    if (message->type() == iso8583::MessageType::network_request &&
        (name != "0800/301" || answers_echoes_)) {
      std::array<char, iso8583::frame_size_max> frame{};
      const std::string code = name == "0800/001" ? sign_on_code_ : "00";
      stream_->write({frame.data(), write_network_response(*message, code, frame)});
    }
  }
  template <class Change>
  void note(Change make) {
    {
      std::lock_guard lock(mutex_);
      make();
    }
    changed_.notify_all();
  }

  EventLoop& loop_;
  const std::shared_ptr<const TlsContext> tls_;
  std::unique_ptr<TcpListener> listener_;
  std::unique_ptr<TcpStream> stream_;
  std::uint16_t port_ = 0;
  std::string sign_on_code_ = "00";
  std::string sign_on_answer_;
  std::string last_response_;
  std::size_t responses_ = 0;
  bool answers_echoes_ = true;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::size_t> heard_;
  bool ended_ = false;
};

}  // namespace spillway::net
