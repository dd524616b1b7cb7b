#include "net/client/http_client.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include <uv.h>

#include "engine/base/invariants.hpp"
#include "net/stream/event_loop.hpp"

namespace spillway::net {
namespace {

struct PendingWrite {
  uv_write_t request{};
  std::vector<char> bytes;
};

}  // namespace

struct HttpClientConnection::Handle {
  uv_tcp_t uv{};
  uv_connect_t connecting{};
  HttpClientConnection* connection = nullptr;  // null: closed, nobody is told any more

  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&uv); }

  static void allocate(uv_handle_t* uv_handle, std::size_t, uv_buf_t* into) {
    auto* handle = static_cast<Handle*>(uv_handle->data);
    HttpClientConnection* connection = handle->connection;
    if (connection == nullptr) {
      *into = uv_buf_init(nullptr, 0);
    } else {
      *into = uv_buf_init(connection->memory_.data(), HttpClientMemory::size);
    }
  }

  static void on_read(uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
    auto* handle = static_cast<Handle*>(stream->data);
    if (handle->connection == nullptr || size == 0) return;
    if (size > 0) return handle->connection->on_read(buffer->base, static_cast<std::size_t>(size));
    handle->connection->on_end(size == UV_EOF ? "the server closed the connection"
                                              : uv_strerror(static_cast<int>(size)));
  }

  static void on_connected(uv_connect_t* request, int status) {
    auto* handle = static_cast<Handle*>(request->data);
    HttpClientConnection* connection = handle->connection;
    if (connection == nullptr) return;
    if (status != 0) {
      return connection->fail(HttpClientFailure::unreachable, uv_strerror(status));
    }
    uv_read_start(handle->stream(), allocate, on_read);
    connection->owner_.on_connected(*connection);
  }
};

HttpClientConnection::HttpClientConnection(EventLoop& loop, HttpClientMemory& memory,
                                           std::string address, std::uint16_t port,
                                           HttpClientOwner& owner)
    : loop_(loop), memory_(memory), address_(std::move(address)), port_(port), owner_(owner) {}

HttpClientConnection::~HttpClientConnection() {
  close();
}

void HttpClientConnection::close() {
  reader_.reset();
  expected_ = 0;
  kept_size_ = 0;
  if (handle_ == nullptr) return;
  handle_->connection = nullptr;
  uv_close(reinterpret_cast<uv_handle_t*>(&handle_->uv),
           [](uv_handle_t* handle) { delete static_cast<Handle*>(handle->data); });
  handle_ = nullptr;
}

void HttpClientConnection::connect() {
  close();
  sockaddr_storage address{};
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  const bool numeric =
      uv_ip4_addr(address_.c_str(), port_, reinterpret_cast<sockaddr_in*>(any)) == 0 ||
      uv_ip6_addr(address_.c_str(), port_, reinterpret_cast<sockaddr_in6*>(any)) == 0;
  SPILLWAY_CHECK(numeric, "an HTTP client was given an address that is not numeric");
  handle_ = new Handle;
  handle_->connection = this;
  SPILLWAY_CHECK(uv_tcp_init(loop_.uv(), &handle_->uv) == 0, "a socket handle could not be made");
  handle_->uv.data = handle_;
  handle_->connecting.data = handle_;
  uv_tcp_nodelay(&handle_->uv, 1);
  const int failed = uv_tcp_connect(&handle_->connecting, &handle_->uv, any, Handle::on_connected);
  if (failed != 0) {
    // Told from the loop, as libuv tells what fails later: no owner is called within a call it
    // made.
    loop_.post([alive = std::weak_ptr<bool>(alive_), handle = handle_, failed, this] {
      if (alive.expired() || handle_ != handle) return;
      fail(HttpClientFailure::unreachable, uv_strerror(failed));
    });
  }
}

void HttpClientConnection::send(std::string_view bytes, bool last_part) {
  if (handle_ == nullptr) return;
  if (last_part) ++expected_;
  uv_buf_t buffer =
      uv_buf_init(const_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size()));
  const int written = uv_try_write(handle_->stream(), &buffer, 1);
  // A broken connection is told by the reading side.
  if (written < 0 && written != UV_EAGAIN) return;
  bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  if (bytes.empty()) return;
  auto* pending = new PendingWrite{{}, {bytes.begin(), bytes.end()}};
  pending->request.data = pending;
  buffer = uv_buf_init(pending->bytes.data(), static_cast<unsigned>(pending->bytes.size()));
  const int failed =
      uv_write(&pending->request, handle_->stream(), &buffer, 1,
               [](uv_write_t* request, int) { delete static_cast<PendingWrite*>(request->data); });
  if (failed != 0) delete pending;
}

void HttpClientConnection::on_read(char* bytes, std::size_t size) {
  if (kept_size_ == 0) {
    if (take_answers(bytes, size) && size > 0) {
      if (kept_capacity_ < size) {
        kept_.reset(new char[size * 2]);
        kept_capacity_ = size * 2;
      }
      std::memcpy(kept_.get(), bytes, size);
      kept_size_ = size;
    }
    return;
  }
  if (kept_capacity_ < kept_size_ + size) {
    const std::size_t capacity = (kept_size_ + size) * 2;
    std::unique_ptr<char[]> larger(new char[capacity]);
    std::memcpy(larger.get(), kept_.get(), kept_size_);
    kept_ = std::move(larger);
    kept_capacity_ = capacity;
  }
  std::memcpy(kept_.get() + kept_size_, bytes, size);
  std::size_t left = kept_size_ + size;
  if (take_answers(kept_.get(), left)) kept_size_ = left;
}

bool HttpClientConnection::take_answers(char* bytes, std::size_t& size) {
  while (size > 0) {
    if (expected_ == 0) {
      fail(HttpClientFailure::not_expected, "it sent an answer to no request");
      return false;
    }
    const Handle* const handle = handle_;
    HttpAnswer answer;
    std::size_t used = 0;
    const auto outcome = reader_.read(bytes, size, answer, used);
    if (outcome == HttpAnswerReader::Outcome::malformed) {
      fail(HttpClientFailure::malformed, reader_.flaw());
      return false;
    }
    if (outcome == HttpAnswerReader::Outcome::more) {
      const std::size_t head = reader_.head_size();
      if (streams_ && reader_.until_close() && head != 0 && size > head) {
        owner_.on_stream(*this, {bytes + head, size - head});
        if (handle_ != handle) return false;
        size = head;
      }
      return true;
    }
    --expected_;
    // What follows an answer that nothing was to follow must not be taken for the next one's.
    if (expected_ == 0 && size > used) answer.keep_alive = false;
    // The owner may close, connect anew or destroy this connection; only `handle` tells.
    const HttpClientConnection* const self = handle->connection;
    owner_.on_answer(*this, answer);
    if (handle->connection != self) return false;
    size -= used;
    if (size > 0) std::memmove(bytes, bytes + used, size);
  }
  return true;
}

void HttpClientConnection::on_end(std::string_view reason) {
  HttpAnswer answer;
  if (kept_size_ > 0 && expected_ > 0 && reader_.end(kept_.get(), kept_size_, answer)) {
    --expected_;
    const Handle* const handle = handle_;
    owner_.on_answer(*this, answer);
    if (handle->connection == nullptr) return;
  }
  fail(HttpClientFailure::closed, reason);
}

void HttpClientConnection::fail(HttpClientFailure failure, std::string_view reason) {
  close();
  owner_.on_failed(*this, failure, reason);
}

}  // namespace spillway::net
