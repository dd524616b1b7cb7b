// Measures, writes and reads the fields of a message as MessagePack, by one description of them: a
// template over the coder that visits each field in its order.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/base/fixed_string.hpp"
#include "engine/sharing/limits.hpp"
#include "storage/base/message_pack.hpp"

namespace spillway::actors::node {

using storage::PackReader;
using storage::PackWriter;

// How much a message takes at most.
class Measure {
 public:
  explicit Measure(std::uint16_t of_protocol) : version(of_protocol) {}
  const std::uint16_t version;  // of the protocol
  std::size_t size = PackWriter::number_max;

  template <class T>
  void number(T&) {
    size += PackWriter::number_max;
  }
  template <class T>
  void text(T& value) {
    size += PackWriter::text_max(value.size());
  }
  template <class Thing, class Each>
  void list(std::vector<Thing>& things, std::size_t, Each each) {
    size += PackWriter::array_max;
    for (Thing& thing : things) each(*this, thing);
  }
};

class Write {
 public:
  Write(char* out, std::uint16_t of_protocol) : version(of_protocol), out_(out) {}
  const std::uint16_t version;

  template <class T>
  void number(T& value) {
    if constexpr (std::is_signed_v<T>)
      out_.signed_number(value);
    else
      out_.number(static_cast<std::uint64_t>(value));
  }
  void text(std::string& value) { out_.text(value); }
  template <std::size_t capacity>
  void text(FixedString<capacity>& value) {
    out_.text(value.view());
  }
  template <class Thing, class Each>
  void list(std::vector<Thing>& things, std::size_t, Each each) {
    out_.array(things.size());
    for (Thing& thing : things) each(*this, thing);
  }
  char* end() const { return out_.end(); }

 private:
  PackWriter out_;
};

class Read {
 public:
  Read(std::string_view bytes, std::uint16_t of_protocol) : version(of_protocol), in_(bytes) {}
  const std::uint16_t version;

  template <class T>
  void number(T& value) {
    if constexpr (std::is_enum_v<T>)
      value = static_cast<T>(in_.number(std::numeric_limits<std::underlying_type_t<T>>::max()));
    else if constexpr (std::is_same_v<T, bool>)
      value = in_.number(1) == 1;
    else if constexpr (std::is_signed_v<T>)
      value = in_.signed_number();
    else
      value = static_cast<T>(in_.number(std::numeric_limits<T>::max()));
  }
  void text(std::string& value) { value = in_.text(limits::node_text_max); }
  template <std::size_t capacity>
  void text(FixedString<capacity>& value) {
    value = in_.text(capacity);
  }
  template <class Thing, class Each>
  void list(std::vector<Thing>& things, std::size_t max, Each each) {
    const std::size_t count = in_.array();
    if (count > max || count > in_.left()) return in_.fail();
    things.resize(count);
    for (Thing& thing : things) {
      if (in_.failed()) return;
      each(*this, thing);
    }
  }
  PackReader& reader() { return in_; }

 private:
  PackReader in_;
};

}  // namespace spillway::actors::node
