"""A `spillway serve` on a free port, and requests to it that are held against the document."""

import http.client
import json
import pathlib
import re
import signal
import subprocess
import time

from document import Untrue

DEADLINE_S = 60


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)


class Service:
    def __init__(self, binary, folder, arguments, document=None, seen=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.document = document
        self.seen = seen if seen is not None else set()
        self.log = (self.folder / "log").open("wb")
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", str(binary), "serve", "--listen", "127.0.0.1:0",
             *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, cwd=self.folder)
        self.port = self._port_of_ready_line()

    def _port_of_ready_line(self):
        for line in self.process.stdout:
            found = re.search(rb"ready on http://127\.0\.0\.1:(\d+)", line)
            if found:
                return int(found.group(1))
        raise Untrue(f"it did not start: {(self.folder / 'log').read_text()}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.stdout.close()
        if self.process.wait(DEADLINE_S) != 0:
            raise Untrue("it did not stop well")

    def demo_key(self, name):
        return json.loads((self.folder / "data" / "demo-keys.json").read_text())[name]

    def raw(self, method, path, body=None, key=None, headers=None):
        fields = dict(headers or {})
        if key:
            fields["Authorization"] = f"Bearer {key}"
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        if body is not None:
            fields.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_S)
        try:
            connection.request(method, path, body, fields)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())
        finally:
            connection.close()

    def ask(self, expected, method, path, body=None, key=None, headers=None):
        """A request of the document. Its answer has the status `expected` and is as described."""
        operation = self.document.operation_of(method, path)
        answer = self.raw(method, path, body, key, headers)
        if answer.status != expected:
            raise Untrue(f"{method} {path}: {answer.status} instead of {expected}\n{answer.body}")
        self.document.check_answer(operation, answer.status, answer.headers, answer.body)
        if answer.status < 300 and body is not None:
            self.document.check_request(operation, body if isinstance(body, (str, bytes))
                                        else json.dumps(body))
        self.seen.add((*operation, answer.status))
        return answer

    def wait_for_status(self, order, status, key):
        give_up = time.monotonic() + DEADLINE_S
        while True:
            found = self.ask(200, "GET", f"/v1/orders/{order}", key=key).json()["status"]
            if found == status:
                return
            if time.monotonic() > give_up:
                raise Untrue(f"{order} is {found} and not {status}")
            time.sleep(0.01)
