"""How late this machine lets a process run that is due: by so much may whoever writes down when
something came be late, and by so much do even intervals bunch up in what was written down."""

import threading
import time

TICK_S = 0.005


class Lateness:
    """Used as a context: measures within it."""

    def __init__(self):
        self.most = 0.0  # seconds
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self.measure)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.thread.join()

    def measure(self):
        while not self.ends.is_set():
            due = time.monotonic() + TICK_S
            time.sleep(TICK_S)
            self.most = max(self.most, time.monotonic() - due)

    def allowed_in_a_second(self, pace, margin):
        """As many of a pace may be written down in one second; `margin` of it on an idle machine."""
        return pace * (1 + margin + self.most) + 1
