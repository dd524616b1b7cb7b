// A first system, whole: the files, the keys, the wires, the actors and the HTTP server, brought up
// in order and taken down in the reverse.
#pragma once

#include <memory>

#include "actors/configuration/configuration.hpp"
#include "engine/base/result.hpp"

namespace spillway::actors {

class FirstSystem {
 public:
  // Recovers what the data folder holds and serves. The error says in a sentence what is in the
  // way; nothing runs then.
  static Result<std::unique_ptr<FirstSystem>> start(const Configuration& configuration);

  // Stops as `stop` does.
  ~FirstSystem();

  // Takes no more requests, answers those it has, gives the relay centres a moment to answer what
  // is outstanding, and closes. What is left waits in the journal for the next start.
  void stop();

  // Reads the certificates, keys and CAs anew: connections to come are under them. What is no good
  // is logged, and stays as it was. Not after `stop`.
  void reload_tls();

  std::uint16_t port() const;  // where it listens

 private:
  class Parts;
  explicit FirstSystem(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace spillway::actors
