// Bytes that arrive at the end and are taken from the front. Unlike a std::string it grows without
// writing zeros over memory that a read fills next, and what was taken is wiped: a request may have
// held a card.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "engine/card/card.hpp"

namespace spillway::net {

class ByteBuffer {
 public:
  ByteBuffer() = default;
  ~ByteBuffer() { wipe(bytes_.get(), size_); }
  ByteBuffer(const ByteBuffer&) = delete;
  ByteBuffer& operator=(const ByteBuffer&) = delete;

  char* data() { return bytes_.get(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // Room behind the end; what is put there counts after grow().
  char* tail() { return bytes_.get() + size_; }
  std::size_t room() const { return capacity_ - size_; }
  void grow(std::size_t count) { size_ += count; }

  void reserve(std::size_t capacity) {
    if (capacity <= capacity_) return;
    capacity = std::max(capacity, capacity_ * 2);
    std::unique_ptr<char[]> bytes(new char[capacity]);
    if (size_ > 0) {
      std::memcpy(bytes.get(), bytes_.get(), size_);
      wipe(bytes_.get(), size_);
    }
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  }

  void append(std::string_view bytes) {
    if (bytes.empty()) return;
    reserve(size_ + bytes.size());
    std::memcpy(tail(), bytes.data(), bytes.size());
    size_ += bytes.size();
  }

  // Keeps `count` bytes from there on, moved to the front.
  void keep(std::size_t from, std::size_t count) {
    if (count > 0) std::memmove(bytes_.get(), bytes_.get() + from, count);
    wipe(bytes_.get() + count, size_ - count);
    size_ = count;
  }

  // Gives the memory back when nothing is in it and it is more than that.
  void trim(std::size_t capacity_max) {
    if (size_ > 0 || capacity_ <= capacity_max) return;
    bytes_.reset();
    capacity_ = 0;
  }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace spillway::net
