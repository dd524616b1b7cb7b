"""A relay centre that takes lines and signs them on, and answers nothing that is about money."""

import socket
import struct
import threading


def _read(connection, size):
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def _serve(connection):
    try:
        while True:
            message = _read(connection, struct.unpack(">H", _read(connection, 2))[0])
            if message[:4] != b"0800":
                continue
            fields = message[20:]  # 7, 11, 32 and 70, as docs/relay-protocol.md has them
            answer = (b"0810" + bytes.fromhex("82200000020000000400000000000000")
                      + fields[:16] + b"00" + fields[-3:])
            connection.sendall(struct.pack(">H", len(answer)) + answer)
    except (EOFError, OSError):
        connection.close()


def start():
    """Gives the port on which it listens for as long as the process lives."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept():
        while True:
            threading.Thread(target=_serve, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]
