"""The cable between an engine and its relay centre: it can be cut, swallow everything, or spoil it."""

import random
import select
import socket
import threading

from processes import World


class Wire:
    """Forwards TCP from a port of its own to `target`. One thread for all connections."""

    def __init__(self, target):
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.peers = {}  # each socket's other end
        self.far_ends = set()  # those of them at the relay centre
        self.state = "open"
        self.closing = False
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def be(self, state):
        """open; cut: nobody gets through; silent: connections stand and nothing passes;
        garbled: what the relay centre says is other bytes; torn: half of it, then the line drops."""
        self.state = state

    def end(self):
        self.closing = True
        self.thread.join()

    def run(self):
        while not self.closing:
            if self.state == "cut":
                self.drop_all()
            passing = [] if self.state == "silent" else list(self.peers)
            ready, _, _ = select.select([self.listener, *passing], [], [], 0.02)
            for source in ready:
                if source is self.listener:
                    self.take()
                elif source in self.peers:
                    self.forward(source)
        self.drop_all()
        self.listener.close()

    def take(self):
        near, _ = self.listener.accept()
        if self.state == "cut":
            return near.close()
        try:
            far = socket.create_connection(self.target, timeout=1)
        except OSError:
            return near.close()
        for end in (near, far):
            end.settimeout(5)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.peers[near], self.peers[far] = far, near
        self.far_ends.add(far)

    def forward(self, source):
        try:
            data = source.recv(65_536)
            if data and source in self.far_ends and self.state == "torn":
                self.peers[source].sendall(data[:len(data) // 2])
            elif data:
                garbled = source in self.far_ends and self.state == "garbled"
                return self.peers[source].sendall(random.randbytes(len(data)) if garbled else data)
        except OSError:
            pass
        self.drop(source)

    def drop(self, source):
        for end in (source, self.peers.pop(source)):
            self.peers.pop(end, None)
            self.far_ends.discard(end)
            end.close()

    def drop_all(self):
        while self.peers:
            self.drop(next(iter(self.peers)))


class WiredWorld(World):
    """A world whose engine reaches its relay centre through a wire."""

    def configure(self, relay_port):
        self.wire = Wire(("127.0.0.1", relay_port))
        super().configure(self.wire.port)

    def end(self):
        super().end()
        if hasattr(self, "wire"):
            self.wire.end()
