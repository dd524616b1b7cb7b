#include "storage/base/message_pack.hpp"

#include <cstring>

namespace spillway::storage {

void PackWriter::big_endian(std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) lead((value >> shift) & 0xFF);
}

void PackWriter::array(std::size_t count) {
  if (count < 16) return lead(0x90U | static_cast<unsigned>(count));
  lead(count <= 0xFFFF ? 0xDC : 0xDD);
  big_endian(count, count <= 0xFFFF ? 2 : 4);
}

void PackWriter::number(std::uint64_t value) {
  if (value < 0x80) return lead(static_cast<unsigned>(value));
  if (value <= 0xFF) {
    lead(0xCC);
    big_endian(value, 1);
  } else if (value <= 0xFFFF) {
    lead(0xCD);
    big_endian(value, 2);
  } else if (value <= 0xFFFFFFFF) {
    lead(0xCE);
    big_endian(value, 4);
  } else {
    lead(0xCF);
    big_endian(value, 8);
  }
}

void PackWriter::signed_number(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  if (value >= 0) return number(bits);
  if (value >= -32) return lead(bits & 0xFF);
  if (value >= std::numeric_limits<std::int8_t>::min()) {
    lead(0xD0);
    big_endian(bits & 0xFF, 1);
  } else if (value >= std::numeric_limits<std::int16_t>::min()) {
    lead(0xD1);
    big_endian(bits & 0xFFFF, 2);
  } else if (value >= std::numeric_limits<std::int32_t>::min()) {
    lead(0xD2);
    big_endian(bits & 0xFFFFFFFF, 4);
  } else {
    lead(0xD3);
    big_endian(bits, 8);
  }
}

void PackWriter::text(std::string_view value) {
  const std::size_t size = value.size();
  if (size < 32) {
    lead(0xA0U | static_cast<unsigned>(size));
  } else {
    lead(size <= 0xFF ? 0xD9 : size <= 0xFFFF ? 0xDA : 0xDB);
    big_endian(size, size <= 0xFF ? 1 : size <= 0xFFFF ? 2 : 4);
  }
  if (size != 0) std::memcpy(out_, value.data(), size);
  out_ += size;
}

unsigned PackReader::lead() {
  if (rest_.empty()) {
    fail();
    return 0xC1;  // never used in MessagePack
  }
  const auto byte = static_cast<unsigned char>(rest_.front());
  rest_.remove_prefix(1);
  return byte;
}

std::uint64_t PackReader::big_endian(std::size_t bytes, std::uint64_t at_least) {
  if (rest_.size() < bytes) {
    fail();
    return 0;
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i)
    value = (value << 8) | static_cast<unsigned char>(rest_[i]);
  rest_.remove_prefix(bytes);
  if (value < at_least) {  // a shorter form would have done
    fail();
    return 0;
  }
  return value;
}

std::size_t PackReader::array() {
  const unsigned byte = lead();
  if ((byte & 0xF0) == 0x90) return byte & 0x0F;
  if (byte == 0xDC) return big_endian(2, 16);
  if (byte == 0xDD) return big_endian(4, 0x10000);
  fail();
  return 0;
}

void PackReader::array_of(std::size_t count) {
  if (array() != count) fail();
}

std::uint64_t PackReader::number(std::uint64_t max) {
  const unsigned byte = lead();
  std::uint64_t value = byte;
  if (byte >= 0x80) {
    switch (byte) {
      case 0xCC:
        value = big_endian(1, 0x80);
        break;
      case 0xCD:
        value = big_endian(2, 0x100);
        break;
      case 0xCE:
        value = big_endian(4, 0x10000);
        break;
      case 0xCF:
        value = big_endian(8, 0x100000000);
        break;
      default:
        fail();
        return 0;
    }
  }
  if (value > max) {
    fail();
    return 0;
  }
  return value;
}

std::int64_t PackReader::signed_number() {
  const unsigned byte = rest_.empty() ? 0U : static_cast<unsigned char>(rest_.front());
  if (byte >= 0xE0) return static_cast<std::int8_t>(lead());
  if (byte < 0xD0 || byte > 0xD3)
    return static_cast<std::int64_t>(number(std::numeric_limits<std::int64_t>::max()));
  lead();
  const std::size_t bytes = std::size_t{1} << (byte - 0xD0);
  const std::uint64_t bits = big_endian(bytes, 0);
  const int unused = static_cast<int>(64 - 8 * bytes);
  const std::int64_t value = static_cast<std::int64_t>(bits << unused) >> unused;
  // Only what does not fit half as many bytes needs this form.
  const std::int64_t shorter_from =
      bytes == 1 ? -32 : -(std::int64_t{1} << (static_cast<int>(bytes) * 4 - 1));
  if (value >= shorter_from) {
    fail();
    return 0;
  }
  return failed_ ? 0 : value;
}

std::string_view PackReader::text(std::size_t max) {
  const unsigned byte = lead();
  std::uint64_t size = 0;
  if ((byte & 0xE0) == 0xA0) {
    size = byte & 0x1F;
  } else if (byte == 0xD9) {
    size = big_endian(1, 32);
  } else if (byte == 0xDA) {
    size = big_endian(2, 0x100);
  } else if (byte == 0xDB) {
    size = big_endian(4, 0x10000);
  } else {
    fail();
  }
  if (size > max || size > rest_.size()) fail();
  if (failed_) return {};
  const std::string_view value = rest_.substr(0, static_cast<std::size_t>(size));
  rest_.remove_prefix(value.size());
  return value;
}

}  // namespace spillway::storage
