"""A mail server that is good, or refuses, stalls, or drops the line after the last dot.

A mail that it takes, or loses after its last dot, becomes FOLDER/MESSAGE-ID.eml, as in an outbox.
"""

import re
import socket
import threading
import time

STALL_S = 30.0


class MailServer:
    def __init__(self, folder):
        self.folder = folder
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.state = "good"
        self.taken = {}  # Message-ID -> how often
        self.closing = False
        self.lock = threading.Lock()
        threading.Thread(target=self.accept, daemon=True).start()

    def be(self, state):
        """good; busy: 451 to every mail; stalling: no answer; dropping: gone after the last dot."""
        self.state = state

    def end(self):
        self.closing = True
        self.listener.close()

    def accept(self):
        while not self.closing:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection, connection.makefile("rwb") as stream:
            try:
                self.talk(stream)
            except (OSError, EOFError, ValueError):
                pass

    def say(self, stream, text):
        give_up = time.monotonic() + STALL_S
        while self.state == "stalling" and not self.closing and time.monotonic() < give_up:
            time.sleep(0.02)
        stream.write(text.encode() + b"\r\n")
        stream.flush()

    def hear(self, stream):
        line = stream.readline()
        if not line:
            raise EOFError
        return line

    def talk(self, stream):
        self.say(stream, "220 mail.example")
        while True:
            verb = self.hear(stream).split()[0].upper()
            if verb == b"DATA":
                self.say(stream, "354 go on")
                if not self.take(stream):
                    return
            elif verb == b"QUIT":
                return self.say(stream, "221 bye")
            else:
                busy = self.state == "busy" and verb == b"MAIL"
                self.say(stream, "451 later" if busy else "250 well")

    def take(self, stream):
        """Whether the line goes on."""
        lines = []
        while (line := self.hear(stream)) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        text = b"".join(lines)
        name = re.search(rb"^Message-ID: <([^>]+)>", text, re.MULTILINE | re.IGNORECASE).group(1)
        with self.lock:
            self.taken[name] = self.taken.get(name, 0) + 1
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"{name.decode()}.eml").write_bytes(text)
        if self.state == "dropping":
            return False
        self.say(stream, "250 taken")
        return True
