#include "loadtest/world/mail_sink.hpp"

#include <algorithm>
#include <cctype>

namespace spillway::loadtest {
namespace {

bool begins_with(std::string_view line, std::string_view word) {
  return line.size() >= word.size() &&
         std::equal(word.begin(), word.end(), line.begin(), [](char wanted, char given) {
           return wanted == std::tolower(static_cast<unsigned char>(given));
         });
}

}  // namespace

// One connection: as much of RFC 5321 as a sender needs who is told no extension.
struct MailSink::Peer : net::TcpStreamListener {
  Peer(MailSink& owner, std::unique_ptr<net::TcpStream> accepted)
      : sink(owner), stream(std::move(accepted)) {}

  void on_connected() override {}
  void on_closed() override { stream.reset(); }

  std::size_t on_bytes(std::string_view bytes) override {
    std::size_t used = 0;
    while (stream != nullptr) {
      const std::size_t end = bytes.find("\r\n", used);
      if (end == std::string_view::npos) return used;
      const std::string_view line = bytes.substr(used, end - used);
      used = end + 2;
      if (in_mail) {
        take_line_of_mail(line);
      } else {
        obey(line);
      }
    }
    return used;
  }

  void obey(std::string_view command) {
    if (begins_with(command, "data")) {
      in_mail = in_header = true;
      id.clear();
      return say("354 go on\r\n");
    }
    if (begins_with(command, "quit")) {
      say("221 bye\r\n");
      return stream.reset();
    }
    constexpr std::string_view known[] = {"ehlo", "helo", "mail from:", "rcpt to:", "rset", "noop"};
    const bool fits = std::any_of(std::begin(known), std::end(known),
                                  [&](std::string_view one) { return begins_with(command, one); });
    say(fits ? "250 well\r\n" : "502 not here\r\n");
  }

  void take_line_of_mail(std::string_view line) {
    if (line == ".") {
      in_mail = false;
      take_mail();
      return say("250 taken\r\n");
    }
    constexpr std::string_view field = "message-id: <";
    if (in_header && begins_with(line, field)) {
      id = line.substr(field.size(), line.find('>') - field.size());
    }
    if (line.empty()) in_header = false;
  }

  void take_mail() {
    if (const auto told = outcome_in_message_id(id)) {
      return sink.tellings_.add(Teller::mails, told->code, told->status,
                                std::chrono::steady_clock::now());
    }
    sink.tellings_.add_unbelieved(Teller::mails);
  }

  void say(std::string_view text) { stream->write(text); }

  MailSink& sink;
  std::unique_ptr<net::TcpStream> stream;
  bool in_mail = false;
  bool in_header = false;
  std::string id;
};

MailSink::MailSink(Tellings& tellings) : tellings_(tellings) {}

Result<std::unique_ptr<MailSink>> MailSink::start(Tellings& tellings, std::uint16_t port) {
  std::unique_ptr<MailSink> sink(new MailSink(tellings));
  std::string error;
  sink->loop_.run_and_wait([&] {
    auto accept = [&owner = *sink](std::unique_ptr<net::TcpStream> stream) {
      std::erase_if(owner.peers_, [](const auto& peer) { return peer->stream == nullptr; });
      owner.peers_.push_back(std::make_unique<Peer>(owner, std::move(stream)));
      Peer& peer = *owner.peers_.back();
      peer.stream->start(peer);
      peer.say("220 mails of a load test\r\n");
    };
    auto listener = net::TcpListener::listen(sink->loop_, "127.0.0.1", port, std::move(accept));
    if (!listener) {
      error = listener.error().message;
      return;
    }
    sink->listener_ = std::move(*listener);
    sink->port_ = sink->listener_->port();
  });
  if (!error.empty()) return Error{"mails cannot be taken: " + error};
  return sink;
}

MailSink::~MailSink() {
  loop_.run_and_wait([this] {
    peers_.clear();
    listener_.reset();
  });
}

}  // namespace spillway::loadtest
