// A relay centre as the simulation plays it: an issuer that decides, a network that loses, delays,
// doubles and garbles, and a ledger that outlives the engine. Stricter than real ones where the
// promise is at stake: it notices at once when an order would be authorized twice.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "actors/configuration/configuration.hpp"
#include "net/relay/relay_connection.hpp"
#include "tests/simulation/worlds/world.hpp"

namespace spillway::simulation {

struct Arrival {
  MonotonicTime at;
  Timestamp civil;
  bool is_authorization = false;
};

struct LineChange {
  Timestamp at;
  bool up = false;
};

class RelayWorld {
 public:
  RelayWorld(World& world, const actors::RelaySettings& settings)
      : world_(world), settings_(settings) {}

  // For a run that is written down: which requests never arrive, what the issuer says, and whose
  // answers are not told us. By chance otherwise.
  std::function<bool(const net::RelayRequest&)> loses = [](const auto&) { return false; };
  std::function<ResponseCode(const net::RelayRequest&)> decides;
  std::function<bool(const net::RelayRequest&)> swallows = [](const auto&) { return false; };
  // An answer that comes when it likes, over the last line.
  void tell(const net::RelayReply& reply) { lines_.back()->reply(Duration(1), reply); }

  struct Authorization {
    ResponseCode code;
    ApprovalCode approval_code;
    Money amount;                // that was asked
    RelayAnswer said;            // to the first request; names no sum where the issuer names none
    bool whole = false;          // what was asked was approved, and nothing else
    bool live = false;           // whole or not, something is held
    bool stubborn = false;       // no reversal gets through to the issuer
    MonotonicTime kept_until{};  // a person had it kept, whatever reversal is still on its way
  };
  const std::map<Reference, Authorization>& ledger() const { return ledger_; }
  // What came over the lines of that owner.
  const std::vector<Arrival>& arrivals(const std::string& owner) const;
  std::vector<Arrival> all_arrivals() const;  // in the order of time

  // When that owner's line came up and went down.
  const std::vector<LineChange>& line_changes(const std::string& owner) const;

  // What a person does who asks by telephone: whether anything is held, have it let go, have it
  // kept whatever reversal still comes.
  bool holds(const Reference& reference) const;
  void let_go(const Reference& reference);
  void keep(const Reference& reference);

  // No line to it stands or comes up for so long.
  void go_away(Duration how_long);

  // A line for the next life of a first system or node.
  net::RelayPort& new_line(const std::string& owner) {
    lines_.push_back(std::make_unique<Line>(*this, arrivals_[owner], line_changes_[owner]));
    return *lines_.back();
  }

 private:
  // It ends with the engine's life, but requests that it carried go on.
  class Line : public net::RelayPort {
   public:
    Line(RelayWorld& centre, std::vector<Arrival>& arrivals, std::vector<LineChange>& changes)
        : centre_(centre), arrivals_(arrivals), changes_(changes) {}
    void start(net::RelayListener& listener) override;
    void send(std::vector<net::RelayRequest> requests) override;
    void stop() override;

   private:
    friend class RelayWorld;
    void connect(Duration delay);
    void set_up(bool up);
    void drop(net::LineLoss loss);
    void reply(Duration delay, net::RelayReply reply);

    RelayWorld& centre_;
    std::vector<Arrival>& arrivals_;
    std::vector<LineChange>& changes_;
    net::RelayListener* listener_ = nullptr;  // none: stopped, or the engine's life is over
    bool up_ = false;
    std::uint64_t session_ = 0;
    // Answers on their way may outlive this line; they find out through the count.
    std::shared_ptr<std::uint64_t> current_ = std::make_shared<std::uint64_t>(0);
  };

  void receive(Line& line, std::shared_ptr<std::uint64_t> current, std::uint64_t session,
               const net::RelayRequest& request);
  net::RelayReply process(const net::RelayRequest& request);
  net::RelayReply reverse(const net::RelayRequest& request);
  void decide(Authorization& authorization, const net::RelayRequest& request);
  void mumble(net::RelayReply& reply);

  World& world_;
  const actors::RelaySettings& settings_;
  MonotonicTime away_until_{};
  std::vector<std::unique_ptr<Line>> lines_;
  std::map<Reference, Authorization> ledger_;
  std::map<Reference, net::RelayRequest> first_seen_;     // a repeat has to say the same
  std::map<std::string, std::vector<Arrival>> arrivals_;  // by owner
  std::map<std::string, std::vector<LineChange>> line_changes_;
};

}  // namespace spillway::simulation
