// What a test tells the scripted SMTP server to do, and what the server has to tell.
#pragma once

#include <cstdint>
#include <string>

namespace spillway::net {

enum class SmtpStage : std::uint8_t {
  greeting,
  hello,
  log_in,
  mail,
  receiver,
  data,
  message,
  quit
};

struct SmtpStep {
  enum class Kind : std::uint8_t {
    answer,  // with `text`
    stall,   // says nothing until the client goes away
    drop,    // closes the connection without an answer
  };
  Kind kind = Kind::answer;
  std::string text;
};

struct ReceivedMail {
  std::string from;  // as in MAIL FROM:<…>
  std::string to;
  std::string data;  // as it came, without the doubled dots and the final one
  std::uint64_t connection = 0;
};

}  // namespace spillway::net
