#include "loadtest/world/cable.hpp"

#include <algorithm>
#include <utility>

namespace spillway::loadtest {

// One connection: two streams, and what waits for each.
struct Cable::Link {
  struct End : net::TcpStreamListener {
    explicit End(Link& owner) : link(owner) {}

    void on_connected() override {
      stands = true;
      pass_on();
    }
    void on_closed() override {
      stream.reset();
      closed = true;
      other->pass_on();
    }
    std::size_t on_bytes(std::string_view bytes) override {
      other->waiting.append(bytes);
      other->pass_on();
      return bytes.size();
    }

    // Writes what waits for this end, and closes it when the other one has closed.
    void pass_on() {
      if (link.cable.cut_ || !stands || stream == nullptr) return;
      if (!waiting.empty()) stream->write(std::exchange(waiting, {}));
      if (!other->closed) return;
      stream.reset();
      closed = true;
    }

    Link& link;
    End* other = nullptr;
    std::unique_ptr<net::TcpStream> stream;
    std::string waiting;
    bool stands = false;
    bool closed = false;
  };

  Link(Cable& owner, std::unique_ptr<net::TcpStream> accepted) : cable(owner) {
    near.other = &far;
    far.other = &near;
    near.stream = std::move(accepted);
    near.stands = true;
    near.stream->start(near);
    connect();
  }

  void connect() {
    if (cable.cut_ || far.stream != nullptr || far.closed) return;
    far.stream = net::TcpStream::connect(cable.loop_, "127.0.0.1", cable.to_, far);
  }

  void mend() {
    connect();
    near.pass_on();
    far.pass_on();
  }

  bool ended() const { return near.closed && (far.closed || far.stream == nullptr); }

  Cable& cable;
  End near{*this};
  End far{*this};
};

Cable::Cable(net::EventLoop& loop, std::uint16_t to) : loop_(loop), to_(to) {}

Result<std::unique_ptr<Cable>> Cable::lay(net::EventLoop& loop, std::uint16_t from,
                                          std::uint16_t to) {
  std::unique_ptr<Cable> cable(new Cable(loop, to));
  std::string error;
  loop.run_and_wait([&] {
    auto listener =
        net::TcpListener::listen(loop, "127.0.0.1", from, [&owner = *cable](auto stream) {
          owner.forget_ended();
          owner.links_.push_back(std::make_unique<Link>(owner, std::move(stream)));
        });
    if (listener) {
      cable->listener_ = std::move(*listener);
    } else {
      error = listener.error().message;
    }
  });
  if (!error.empty()) return Error{"no cable can be laid: " + error};
  return cable;
}

Cable::~Cable() {
  loop_.run_and_wait([this] {
    links_.clear();
    listener_.reset();
  });
}

void Cable::cut() {
  loop_.run_and_wait([this] { cut_ = true; });
}

void Cable::mend() {
  loop_.run_and_wait([this] {
    cut_ = false;
    for (const auto& link : links_) link->mend();
    forget_ended();
  });
}

void Cable::forget_ended() {
  std::erase_if(links_, [](const auto& link) { return link->ended(); });
}

}  // namespace spillway::loadtest
