#!/usr/bin/env python3
"""Holds the HTTP server against nginx: whatever nginx refuses it must refuse, too, and where both
take a stream they must see the same number of requests in it.

    smuggling_test.py --server BINARY --folder FOLDER [--all]

nginx passes each request on to a server of its own, so that it reads every body to its end, as it
does in front of us. Where we are stricter is listed below with the reason; a reason that is not
needed any more is a failure as well. --all prints what both said to each stream.
"""

import argparse
import concurrent.futures
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

from payloads import LAST, payloads
from stricter import STRICTER, WIDER

QUIET_MAX = 3.0      # seconds: a server that says nothing for so long waits for more
READY_WITHIN = 20.0

NGINX = """\
daemon off;
master_process off;
worker_processes 1;
error_log {folder}/nginx-error.log;
pid {folder}/nginx.pid;
events {{ worker_connections 2048; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  client_max_body_size 64k;
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    location / {{ proxy_pass http://127.0.0.1:{inner}; }}
  }}
  server {{
    listen 127.0.0.1:{inner} backlog=1024;
    location / {{ return 200; }}
  }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_it_listens(process, port):
    give_up = time.monotonic() + READY_WITHIN
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > give_up:
                sys.exit(f"{process.args[-1]} does not listen: exit code {process.poll()}")
            time.sleep(0.01)


def start(command, port):
    # Whatever becomes of this test, its processes do not outlive it.
    process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *map(str, command)],
                               stdin=subprocess.DEVNULL)
    wait_until_it_listens(process, port)
    return process


def start_nginx(folder):
    port, inner = free_port(), free_port()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, inner=inner))
    return start([shutil.which("nginx") or "/usr/sbin/nginx", "-e", folder / "nginx-error.log",
                  "-p", folder, "-c", folder / "nginx.conf"], port), port


class Answer:
    """How many requests a server took, whether it then refused one, and what it said."""

    def __init__(self, text, closed):
        statuses = [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", text)]
        statuses = [status for status in statuses if status >= 200]
        if text and not statuses:
            statuses = [200]  # HTTP/0.9: a body and nothing else
        self.taken = sum(status < 400 for status in statuses)
        self.all_taken = closed and bool(statuses) and statuses[-1] < 400
        self.refused = closed and not self.all_taken
        self.text = " ".join(map(str, statuses)) + ("" if closed else " waits")


def ask(port, stream):
    text = b""
    with socket.create_connection(("127.0.0.1", port), timeout=QUIET_MAX) as connection:
        try:
            connection.sendall(stream)
            while block := connection.recv(65536):
                text += block
        except TimeoutError:
            return Answer(text, closed=False)
        except ConnectionError:
            pass
    return Answer(text, closed=True)


def flaw_of(payload, nginx, ours):
    """What is wrong between the two answers, as a sentence; or nothing."""
    stricter, wider = STRICTER.get(payload.name), WIDER.get(payload.name)
    if wider:
        return None if nginx.refused and ours.all_taken else "is not wider than nginx any more"
    if nginx.refused and not ours.refused:
        return "is refused by nginx and not by us"
    if stricter:
        needed = ours.refused and not nginx.refused and ours.taken <= nginx.taken
        return None if needed else "is not stricter than nginx any more"
    if ours.refused and not nginx.refused:
        return "is refused by us and not by nginx, and no reason is given"
    if ours.taken != nginx.taken or ours.all_taken != nginx.all_taken:
        return "is cut into other requests"
    return None


def compare(server_port, nginx_port, show_all):
    all_payloads = list(payloads())
    names = {payload.name for payload in all_payloads}
    flaws = [f"{name}: there is no such stream" for name in (STRICTER | WIDER) if name not in names]
    if len(names) != len(all_payloads):
        flaws.append("two streams have one name")
    with concurrent.futures.ThreadPoolExecutor(64) as threads:
        asked = [(payload, threads.submit(ask, nginx_port, payload.stream + LAST),
                  threads.submit(ask, server_port, payload.stream + LAST))
                 for payload in all_payloads]
        for payload, of_nginx, of_ours in asked:
            nginx, ours = of_nginx.result(), of_ours.result()
            flaw = flaw_of(payload, nginx, ours)
            if show_all or flaw:
                print(f"{payload.name}: nginx {nginx.text}; ours {ours.text}")
            if flaw:
                flaws.append(f"{payload.name} {flaw}")
    print(f"{len(all_payloads)} streams, {len(STRICTER)} refused by us alone, {len(WIDER)} by nginx "
          "alone")
    return flaws


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", required=True, type=lambda p: pathlib.Path(p).resolve())
    parser.add_argument("--folder", required=True, type=lambda p: pathlib.Path(p).resolve())
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True)
    processes = []
    try:
        nginx, nginx_port = start_nginx(options.folder)
        processes.append(nginx)
        server_port = free_port()
        processes.append(start([options.server, server_port], server_port))
        flaws = compare(server_port, nginx_port, options.all)
        if any(process.poll() is not None for process in processes):
            flaws.append("a server ended")
    finally:
        for process in processes:
            process.send_signal(signal.SIGKILL)
            process.wait()
    if flaws:
        sys.exit("\n".join(flaws))


if __name__ == "__main__":
    main()
