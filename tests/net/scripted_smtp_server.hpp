// An SMTP server on plain sockets that does what a test tells it: at each stage the next scripted
// step is taken, or the friendly answer when none is left.
//
// Threads: one that accepts and one for each connection; everything public from the test's thread.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/invariants.hpp"
#include "tests/net/smtp_script.hpp"

namespace spillway::net {

class ScriptedSmtpServer {
 public:
  explicit ScriptedSmtpServer(bool away = false) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    SPILLWAY_CHECK(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0,
                   "the scripted server found no port");
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    if (!away) back();
  }

  ~ScriptedSmtpServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    drop_connections();
    if (acceptor_.joinable()) acceptor_.join();
    drop_connections();  // one that came in between
    for (auto& thread : serving_) thread.join();
    ::close(listener_);
  }

  ScriptedSmtpServer(const ScriptedSmtpServer&) = delete;
  ScriptedSmtpServer& operator=(const ScriptedSmtpServer&) = delete;

  // One that is away has its port and refuses connections. It comes back once.
  void back() {
    SPILLWAY_CHECK(::listen(listener_, 64) == 0, "the scripted server cannot listen");
    acceptor_ = std::thread([this] { accept_all(); });
  }

  std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }

  void next(SmtpStage stage, std::string answer) {
    script(stage, {SmtpStep::Kind::answer, std::move(answer)});
  }
  void stall(SmtpStage stage) { script(stage, {SmtpStep::Kind::stall, ""}); }
  void drop(SmtpStage stage) { script(stage, {SmtpStep::Kind::drop, ""}); }
  void offer(std::string extension) {
    std::lock_guard lock(mutex_);
    extensions_.push_back(std::move(extension));
  }

  // Holds each mail's final answer back until `release`; `wait_for_held` waits for so many.
  void hold() {
    std::lock_guard lock(mutex_);
    holding_ = true;
  }
  bool wait_for_held(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return held_ >= count; });
  }
  void release() {
    std::lock_guard lock(mutex_);
    holding_ = false;
    changed_.notify_all();
  }

  // Closes all connections, as a server does that is started anew.
  void drop_connections() {
    std::lock_guard lock(mutex_);
    for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
    holding_ = false;
    changed_.notify_all();
  }
  bool wait_for_no_connections() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return open_.empty(); });
  }

  std::vector<ReceivedMail> received() {
    std::lock_guard lock(mutex_);
    return received_;
  }
  std::string everything_heard() {
    std::lock_guard lock(mutex_);
    return heard_;
  }
  std::uint64_t connections() {
    std::lock_guard lock(mutex_);
    return connections_;
  }

 private:
  void script(SmtpStage stage, SmtpStep step) {
    std::lock_guard lock(mutex_);
    steps_[static_cast<std::size_t>(stage)].push_back(std::move(step));
  }

  void accept_all() {
    while (!stopping_) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) return;
      std::lock_guard lock(mutex_);
      open_.push_back(socket);
      const std::uint64_t connection = ++connections_;
      serving_.emplace_back([this, socket, connection] {
        Session(*this, socket, connection).run();
        std::lock_guard closing(mutex_);
        open_.remove(socket);
        ::close(socket);
        changed_.notify_all();
      });
    }
  }

  class Session {
   public:
    Session(ScriptedSmtpServer& server, int socket, std::uint64_t connection)
        : server_(server), socket_(socket) {
      mail_.connection = connection;
    }

    void run() {
      if (!answer(SmtpStage::greeting, "220 scripted.example ESMTP")) return;
      std::string line;
      while (read_line(line)) {
        if (!obey(line)) return;
      }
    }

   private:
    bool obey(const std::string& line) {
      if (line.starts_with("EHLO")) return answer(SmtpStage::hello, server_.hello_answer());
      if (line.starts_with("HELO")) return answer(SmtpStage::hello, "250 scripted.example");
      if (line == "AUTH PLAIN") {
        std::string credentials;
        return say("334 ") && read_line(credentials) &&
               answer(SmtpStage::log_in, "235 2.7.0 welcome");
      }
      if (line.starts_with("MAIL FROM:")) {
        mail_.from = line.substr(10);
        return answer(SmtpStage::mail, "250 2.1.0 ok");
      }
      if (line.starts_with("RCPT TO:")) {
        mail_.to = line.substr(8);
        return answer(SmtpStage::receiver, "250 2.1.5 ok");
      }
      if (line == "DATA") return answer(SmtpStage::data, "354 go ahead") && read_message();
      if (line == "RSET") return say("250 2.0.0 ok");
      if (line == "QUIT") {
        answer(SmtpStage::quit, "221 2.0.0 bye");
        return false;
      }
      return say("500 5.5.2 what is that");
    }

    bool read_message() {
      if (!last_answer_.starts_with("354")) return true;
      mail_.data.clear();
      std::string line;
      while (read_line(line) && line != ".") {
        mail_.data += (line.starts_with('.') ? line.substr(1) : line) + "\r\n";
      }
      if (line != ".") return false;
      server_.hold_back();
      {
        // Before the answer: who has it finds the mail here.
        std::lock_guard lock(server_.mutex_);
        server_.received_.push_back(mail_);
      }
      return answer(SmtpStage::message, "250 2.0.0 taken");
    }

    bool answer(SmtpStage stage, std::string friendly) {
      const SmtpStep step = server_.take_step(stage, std::move(friendly));
      switch (step.kind) {
        case SmtpStep::Kind::answer:
          last_answer_ = step.text;
          return say(step.text);
        case SmtpStep::Kind::stall: {
          std::string ignored;
          while (read_line(ignored)) {
          }
          return false;
        }
        case SmtpStep::Kind::drop:
          break;
      }
      return false;
    }

    bool say(const std::string& text) {
      const std::string line = text + "\r\n";
      return ::send(socket_, line.data(), line.size(), MSG_NOSIGNAL) ==
             static_cast<ssize_t>(line.size());
    }

    bool read_line(std::string& line) {
      while (true) {
        const std::size_t end = buffer_.find("\r\n");
        if (end != std::string::npos) {
          line = buffer_.substr(0, end);
          buffer_.erase(0, end + 2);
          return true;
        }
        std::array<char, 4096> chunk{};
        const ssize_t count = ::recv(socket_, chunk.data(), chunk.size(), 0);
        if (count <= 0) return false;
        buffer_.append(chunk.data(), static_cast<std::size_t>(count));
        std::lock_guard lock(server_.mutex_);
        server_.heard_.append(chunk.data(), static_cast<std::size_t>(count));
      }
    }

    ScriptedSmtpServer& server_;
    const int socket_;
    std::string buffer_;
    std::string last_answer_;
    ReceivedMail mail_;
  };

  SmtpStep take_step(SmtpStage stage, std::string friendly) {
    std::lock_guard lock(mutex_);
    auto& steps = steps_[static_cast<std::size_t>(stage)];
    if (steps.empty()) return {SmtpStep::Kind::answer, std::move(friendly)};
    SmtpStep step = std::move(steps.front());
    steps.pop_front();
    return step;
  }

  std::string hello_answer() {
    std::lock_guard lock(mutex_);
    std::string answer;
    for (const auto& extension : extensions_) answer += "250-" + extension + "\r\n";
    return answer + "250 8BITMIME";
  }

  void hold_back() {
    std::unique_lock lock(mutex_);
    if (!holding_) return;
    ++held_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !holding_; });
  }

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread acceptor_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::array<std::deque<SmtpStep>, 8> steps_;
  std::vector<std::string> extensions_;
  std::list<int> open_;
  std::list<std::thread> serving_;
  std::vector<ReceivedMail> received_;
  std::string heard_;
  std::uint64_t connections_ = 0;
  bool holding_ = false;
  std::size_t held_ = 0;
};

}  // namespace spillway::net
