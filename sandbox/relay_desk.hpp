// The sandbox relay centre on its loop: its lines, and when and how each answer leaves.
//
// Everything on the loop's thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/relay/iso8583.hpp"
#include "net/stream/tcp_listener.hpp"
#include "net/stream/timer.hpp"
#include "sandbox/authorizer.hpp"
#include "sandbox/relay_centre.hpp"
#include "sandbox/relay_ledger.hpp"

namespace spillway::sandbox {

class RelayDesk {
 public:
  // `ledger` may be null.
  RelayDesk(net::EventLoop& loop, const RelayCentreOptions& options, Authorizer& authorizer,
            RelayLedger* ledger);

  Result<std::uint16_t> listen();

  RelayCentreCounts counts() const;

 private:
  struct Line : net::TcpStreamListener {
    Line(RelayDesk& owner, std::uint64_t number, std::unique_ptr<net::TcpStream> connection)
        : desk(owner), id(number), stream(std::move(connection)) {}
    void on_connected() override {}
    std::size_t on_bytes(std::string_view bytes) override { return desk.receive(*this, bytes); }
    void on_closed() override { desk.lines_.erase(id); }

    RelayDesk& desk;
    std::uint64_t id;
    std::unique_ptr<net::TcpStream> stream;
    std::string answers;    // of this turn
    bool dropping = false;  // after the answers
  };

  // An answer that waits for its time.
  struct Waiting {
    MonotonicTime due;
    std::uint64_t sequence = 0;
    std::uint64_t line = 0;
    std::string frame;
    bool drops_line = false;
  };
  static bool later(const Waiting& a, const Waiting& b) {
    return a.due != b.due ? a.due > b.due : a.sequence > b.sequence;
  }

  enum class Fault : std::uint8_t { none, lost, late, twice, garbage, drop };
  // What chance gave a request: at most one of the two.
  struct Roll {
    Fault fault{};
    Oddity oddity{};
  };

  std::size_t receive(Line& line, std::string_view bytes);
  bool take(Line& line, std::string_view bytes);
  void answer_network(Line& line, const net::iso8583::Message& message);
  void answer_request(Line& line, const net::iso8583::Message& message);
  Decision decide(const Line& line, const net::iso8583::Message& message, Oddity chance);
  void book(const Line& line, const net::iso8583::Message& message, const Ruling& ruling);
  Roll roll_fault();
  std::string garbage();
  void deliver(Line& line, std::string frame, Duration delay, bool drops_line);
  void deliver_due();
  void finish_turn(Line& line);

  net::EventLoop& loop_;
  const RelayCentreOptions& options_;
  Authorizer& authorizer_;
  RelayLedger* ledger_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Line>> lines_;
  std::uint64_t lines_ever_ = 0;
  std::unique_ptr<net::TcpListener> listener_;
  std::vector<Waiting> waiting_;  // a heap, earliest first
  std::uint64_t sequence_ = 0;
  net::Timer timer_;   // of the earliest
  MonotonicTime now_;  // of this turn
  RelayCentreCounts counts_;
};

}  // namespace spillway::sandbox
