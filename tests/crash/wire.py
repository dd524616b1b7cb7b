"""The cable between an engine and its relay centre: it can be cut, swallow everything, or be slow."""

import select
import socket
import threading


class Wire:
    """Forwards TCP from a port of its own to `target`. One thread for all connections."""

    def __init__(self, target):
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.peers = {}  # each socket's other end
        self.state = "open"
        self.closing = False
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def be(self, state):
        """open; cut: nobody gets through; silent: connections stand and nothing passes."""
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

    def forward(self, source):
        try:
            data = source.recv(65_536)
            if data:
                return self.peers[source].sendall(data)
        except OSError:
            pass
        self.drop(source)

    def drop(self, source):
        for end in (source, self.peers.pop(source)):
            self.peers.pop(end, None)
            end.close()

    def drop_all(self):
        while self.peers:
            self.drop(next(iter(self.peers)))
