"""A mail server whose answer depends on the recipient, the first letters of the address:
ok… is taken, grey… is put off (450), slow… is answered after a while, gone… is refused (550 5.1.1)."""

import re
import socket
import threading
import time

SLOW_S = 6.0


class SmtpServer:
    def __init__(self, tls=None):
        """`tls`: an ssl.SSLContext, spoken from the first byte."""
        self.tls = tls
        self.port = None
        self.sender_answer = "250 2.1.0 ok"  # to MAIL
        self.takes_grey = False
        self.taken = []  # (recipient, when)
        self.tries = {}  # recipient -> how often
        self.lock = threading.Lock()
        self.listener = None
        self.open = set()  # connections
        self.begin()

    def begin(self):
        """Again at the same port, after `end`."""
        self.listener = socket.create_server(("127.0.0.1", self.port or 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def end(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        with self.lock:
            for connection in self.open:
                connection.shutdown(socket.SHUT_RDWR)

    def recipients(self, begin):
        with self.lock:
            return [who for who, _ in self.taken if who.startswith(begin)]

    def _accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rwb") as stream:
                with self.lock:
                    self.open.add(connection)
                try:
                    self._talk(stream)
                finally:
                    with self.lock:
                        self.open.discard(connection)
        except OSError:
            pass

    def _answer_to(self, who):
        with self.lock:
            self.tries[who] = self.tries.get(who, 0) + 1
        if who.startswith("slow"):
            time.sleep(SLOW_S)
        if who.startswith("grey") and not self.takes_grey:
            return f"450 4.7.1 <{who}>: greylisted, {who.split('@')[0]} comes again later"
        if who.startswith("gone"):
            return f"550 5.1.1 <{who}>: nobody of this name"
        return "250 2.1.5 ok"

    def _talk(self, stream):
        def say(text):
            stream.write(text.encode() + b"\r\n")
            stream.flush()
        say("220 mail.example ESMTP")
        who = None
        for line in iter(stream.readline, b""):
            verb = line[:4].upper()
            if verb == b"MAIL":
                say(self.sender_answer)
            elif verb == b"RCPT":
                who = re.search(rb"<([^>]+)>", line).group(1).decode()
                say(self._answer_to(who))
            elif verb == b"DATA":
                say("354 go on")
                while stream.readline() not in (b".\r\n", b""):
                    pass
                with self.lock:
                    self.taken.append((who, time.monotonic()))
                say("250 2.0.0 taken")
            elif verb == b"QUIT":
                return say("221 2.0.0 bye")
            else:
                say("250 ok")
