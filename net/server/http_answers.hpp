// The answers of one connection: given in any order, lined up in the order of the requests
// (RFC 9112 9.3.2), as the bytes that go out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/http/answer_counts.hpp"
#include "net/http/http_message.hpp"
#include "net/http/http_output.hpp"

namespace spillway::net {

// What a request means for the form of its answer.
struct HttpAnswerForm {
  bool without_body = false;  // HEAD
  bool last = false;          // the connection ends after it
  bool http_1_0 = false;      // must be told that the connection stays open
  RequestKind kind = 0;       // for the counts
};

// Whether an answer of that status has a body, and the client gets it.
bool sends_body(HttpAnswerForm form, int status);

// Writes the head of an answer behind `out`, whose body has that many bytes. No allocation but the
// string's own growth.
void append_head(std::string& out, HttpAnswerForm form, int status, std::string_view content_type,
                 std::span<const HttpHeader> headers, std::size_t body_size);

// The same, and the body.
void append_answer(std::string& out, HttpAnswerForm form, int status, std::string_view content_type,
                   std::span<const HttpHeader> headers, std::string_view body);

// The same with an answer that was put together elsewhere: see HttpServer::answer_raw.
void append_raw_answer(std::string& out, HttpAnswerForm form, std::string_view bytes);

// The head of an answer of 200 whose end nobody knows: in chunks, or until the connection closes.
void append_feed_head(std::string& out, bool chunked, std::string_view content_type,
                      std::span<const HttpHeader> headers);

class HttpAnswers {
 public:
  // A request has come in; gives its sequence.
  std::uint32_t expect(HttpAnswerForm form);

  // Of a request that is not answered yet.
  void set_kind(std::uint32_t sequence, RequestKind kind) { at(sequence).form.kind = kind; }

  // The form the answer of that sequence takes, or none when the connection has ended before it.
  // A sequence that never was, or has its answer, stops the process.
  const HttpAnswerForm* find(std::uint32_t sequence) const;

  // Where the answer of that sequence, found before, is to be appended; then settle() it.
  std::string& place(std::uint32_t sequence);
  // Its body when that lives as long as the process; after its head, and at most once.
  void append_constant(std::uint32_t sequence, std::string_view body);
  void settle(std::uint32_t sequence, bool last);

  // The answer of that sequence, found before, goes on: what is appended to its place leaves in its
  // turn, until settle() ends it.
  void keep_open(std::uint32_t sequence);
  bool is_next(std::uint32_t sequence) const { return sequence == first_sequence_; }

  // No request follows those that are here: the last one's answer is the connection's last.
  void end_after_these();

  std::size_t unanswered() const { return waiting_.size() - first_; }
  bool ended() const { return ended_; }   // the last answer is among the ready ones
  HttpOutput& ready() { return ready_; }  // to be sent; the sender takes it away
  const HttpOutput& ready() const { return ready_; }

 private:
  struct Waiting {
    HttpAnswerForm form;
    bool answered = false;
    bool open = false;
    std::string text;           // of an answer that came before its turn
    std::string_view constant;  // behind it
  };

  Waiting& at(std::uint32_t sequence) { return waiting_[first_ + (sequence - first_sequence_)]; }
  void make_ready(Waiting& waiting);
  void pop_front();

  std::vector<Waiting> waiting_;
  std::size_t first_ = 0;             // in waiting_; those before it are done
  std::uint32_t first_sequence_ = 0;  // of waiting_[first_]
  std::uint32_t next_sequence_ = 0;
  bool ended_ = false;
  HttpOutput ready_;
};

}  // namespace spillway::net
