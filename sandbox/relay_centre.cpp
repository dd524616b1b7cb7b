#include "sandbox/relay_centre.hpp"

#include <utility>

#include "net/stream/event_loop.hpp"
#include "sandbox/authorizer.hpp"
#include "sandbox/relay_desk.hpp"
#include "sandbox/relay_ledger.hpp"

namespace spillway::sandbox {

// What outlives the lines and the listening.
struct RelayCentre::Office {
  explicit Office(RelayCentreOptions given)
      : options(std::move(given)), authorizer(options, std::chrono::steady_clock::now()) {}

  const RelayCentreOptions options;
  Authorizer authorizer;
  std::unique_ptr<RelayLedger> ledger;
  std::unique_ptr<RelayDesk> desk;
  RelayCentreCounts last_counts;  // when the desk closed
};

RelayCentre::RelayCentre(net::EventLoop& loop, RelayCentreOptions options)
    : loop_(loop), office_(std::make_unique<Office>(std::move(options))) {}

RelayCentre::~RelayCentre() {
  stop();
}

Result<std::uint16_t> RelayCentre::start() {
  Office& office = *office_;
  if (!office.options.ledger.empty()) {
    auto ledger =
        RelayLedger::open(office.options.ledger,
                          [&](const Reference& reference, bool reversal, const Ruling& ruling) {
                            office.authorizer.book().restore(reference, reversal, ruling);
                          });
    if (!ledger) return ledger.error();
    office.ledger = std::move(*ledger);
  }
  std::optional<Result<std::uint16_t>> port;
  loop_.run_and_wait([&] {
    office.desk =
        std::make_unique<RelayDesk>(loop_, office.options, office.authorizer, office.ledger.get());
    port.emplace(office.desk->listen());
  });
  return *port;
}

void RelayCentre::stop() {
  loop_.run_and_wait([this] {
    if (office_->desk != nullptr) office_->last_counts = office_->desk->counts();
    office_->desk.reset();
    office_->ledger.reset();
  });
}

std::uint8_t RelayCentre::live(const Reference& reference) const {
  std::uint8_t result = 0;
  loop_.run_and_wait([&] { result = office_->authorizer.book().live(reference); });
  return result;
}

std::vector<LiveAuthorization> RelayCentre::all_live() const {
  std::vector<LiveAuthorization> result;
  loop_.run_and_wait([&] { result = office_->authorizer.book().all_live(); });
  return result;
}

RelayCentreCounts RelayCentre::counts() const {
  RelayCentreCounts result;
  loop_.run_and_wait([&] {
    result = office_->desk != nullptr ? office_->desk->counts() : office_->last_counts;
    if (office_->desk == nullptr) result.lines = 0;
  });
  return result;
}

}  // namespace spillway::sandbox
