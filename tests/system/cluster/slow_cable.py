"""A cable on which everything takes its time: a relay of TCP connections that hands on each piece
of bytes so much later, in its order, both ways."""

import collections
import contextlib
import socket
import threading
import time

PIECE = 1 << 16


class SlowCable:
    """Whoever connects to `address` is connected to `to`."""

    def __init__(self, to, delay_s):
        self.to = to
        self.delay_s = delay_s
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "%s:%d" % self.listener.getsockname()
        threading.Thread(target=self.take, daemon=True).start()

    def take(self):
        while True:
            near, _ = self.listener.accept()
            try:
                far = socket.create_connection(self.to, timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            for one, other in ((near, far), (far, near)):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                Way(self, one, other)


class Way:
    """One direction of a connection: what was read waits here until its time has come."""

    def __init__(self, cable, source, sink):
        self.cable, self.source, self.sink = cable, source, sink
        self.pieces = collections.deque()
        self.changed = threading.Condition()
        for work in (self.read, self.write):
            threading.Thread(target=work, daemon=True).start()

    def read(self):
        piece = b"?"
        while piece:
            try:
                piece = self.source.recv(PIECE)
            except OSError:
                piece = b""
            with self.changed:
                self.pieces.append((time.monotonic() + self.cable.delay_s, piece))
                self.changed.notify()

    def write(self):
        with contextlib.suppress(OSError):
            while True:
                with self.changed:
                    self.changed.wait_for(lambda: self.pieces)
                    due, piece = self.pieces.popleft()
                time.sleep(max(0.0, due - time.monotonic()))
                if not piece:
                    break
                self.sink.sendall(piece)
        for end in (self.source, self.sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
