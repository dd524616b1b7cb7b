#!/usr/bin/env python3
"""Spillway and its sandbox relay centre as processes, under TLS on both sides, with curl as the
shop: tls_test.py SPILLWAY. An order gets its 202 over HTTPS and is authorized over a line that
shows a client's certificate; SIGHUP brings a new certificate, and keeps the old one when the new
file is no good; nothing of a key is in the log."""

import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

KEY = "sk_tls_test_not_for_production_use"
ORDER = json.dumps({
    "reference": "T-1", "buyer": {"name": "Hanako Sato", "email": "hanako@example.jp"},
    "items": [{"code": "SHOE-42", "name": "Shoes", "quantity": 1, "unit_price": 3150}],
    "amount": 3150, "currency": "JPY",
    "card": {"company": "VISA", "number": "4242424242424242", "expiry": "2028-12"}})


def check(condition, what):
    if not condition:
        raise SystemExit(f"FAILED: {what}")


def wait_until(what, condition, seconds=60):
    give_up = time.monotonic() + seconds
    while not (found := condition()):
        check(time.monotonic() < give_up, f"{what}: not within {seconds} s")
        time.sleep(0.02)
    return found


class Authority:
    """A CA in a folder of its own, through the openssl command line."""

    def __init__(self, folder, name):
        self.folder, self.certificate, self.key = folder, folder / f"{name}.pem", folder / f"{name}.key"
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                     "-keyout", self.key, "-out", self.certificate, "-days", "2", "-subj", f"/CN={name}")

    @staticmethod
    def openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

    def issue(self, name):
        """Gives certificate and key of `name`, for 127.0.0.1."""
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        extensions.write_text("subjectAltName=IP:127.0.0.1\n")
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                     "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        self.openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key,
                     "-CAcreateserial", "-days", "1", "-extfile", extensions, "-out", certificate)
        key.chmod(0o600)
        return certificate, key


class Process:
    """One that says that it is ready with an address, and is stopped in the end."""

    def __init__(self, log, *command):
        self.log = log
        self.output = open(log, "wb")
        self.process = subprocess.Popen(list(map(str, command)), stdout=self.output,
                                        stderr=self.output)
        self.address = wait_until(f"{command[1]} is ready", self.find_address)

    def find_address(self):
        check(self.process.poll() is None, self.log.read_text())
        found = re.search(r"ready on (\S+)", self.log.read_text())
        return found and found[1]

    def wait_for(self, text):
        wait_until(f"the log says {text}", lambda: text in self.log.read_text())

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        check(self.process.wait(60) == 0, f"it ended badly: {self.log.read_text()}")
        self.output.close()


def curl(ca, url, *arguments):
    """Status and body; status 0 when no connection came about."""
    done = subprocess.run(["curl", "-s", "-m", "20", "--cacert", str(ca), "-w", "\n%{http_code}",
                           "-H", f"Authorization: Bearer {KEY}", *arguments, url],
                          capture_output=True, text=True)
    body, status = done.stdout.rsplit("\n", 1)
    return int(status), body


def configuration(folder, spillway, relay_port, shop_ca, identities):
    key_hash = subprocess.run([spillway, "hash-key"], input=KEY, check=True, capture_output=True,
                              text=True).stdout.strip()
    (server, server_key), (client, client_key) = identities
    file = folder / "spillway.toml"
    file.write_text(f'''
[server]
listen = "127.0.0.1:0"
data = "{folder}/data"
[server.tls]
certificate = "{server}"
key = "{server_key}"
[[shops]]
id = 1
name = "Shoes"
key_hashes = ["{key_hash}"]
mail_from = "orders@shoes.example"
merchant = "000000012345678"
terminal = "SHOES001"
[[relays]]
id = 1
name = "east"
host = "127.0.0.1"
port = {relay_port}
acquirer = "123456"
companies = ["VISA"]
tls = "required"
tls_ca = "{shop_ca}"
tls_certificate = "{client}"
tls_key = "{client_key}"
''')
    return file


def reload_certificate(system, ca, next_ca, certificate, key, folder):
    """New files for new connections; broken ones change nothing."""
    readyz = system.address + "/readyz"
    good = certificate.read_bytes()
    certificate.write_text("no certificate at all\n")
    system.process.send_signal(signal.SIGHUP)
    system.wait_for("event=tls_kept of=server.tls")
    check(curl(ca.certificate, readyz)[0] == 200, "the old certificate is kept")
    new_certificate, new_key = next_ca.issue("renewed")
    certificate.write_bytes(new_certificate.read_bytes())
    key.write_bytes(new_key.read_bytes())
    check(good != certificate.read_bytes(), "the certificate is another one")
    system.process.send_signal(signal.SIGHUP)
    system.wait_for("event=tls_reloaded of=server.tls")
    wait_until("the new certificate is shown",
               lambda: curl(next_ca.certificate, readyz)[0] == 200)
    check(curl(ca.certificate, readyz)[0] == 0, "the old one is gone")


def main():
    spillway = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="spillway-tls-") as name:
        folder = pathlib.Path(name)
        ca, next_ca = Authority(folder, "ca"), Authority(folder, "next-ca")
        relay_certificate, relay_key = ca.issue("relay")
        server, client = ca.issue("server"), ca.issue("client")
        relay = Process(folder / "relay.log", spillway, "relay", "--listen", "127.0.0.1:0",
                        "--tls-certificate", relay_certificate, "--tls-key", relay_key,
                        "--tls-client-ca", ca.certificate)
        file = configuration(folder, spillway, relay.address.rsplit(":", 1)[1], ca.certificate,
                             (server, client))
        system = Process(folder / "system.log", spillway, "serve", "--config", file)
        check(system.address.startswith("https://"), f"it says {system.address}")
        try:
            status, body = curl(ca.certificate, system.address + "/v1/orders", "--http1.1", "-H",
                                "Content-Type: application/json", "-d", ORDER)
            check(status == 202, f"{status} {body}")
            order = system.address + "/v1/orders/" + json.loads(body)["order"]
            wait_until("the order is authorized", lambda: json.loads(
                curl(ca.certificate, order)[1])["status"] == "authorized")
            check(curl(next_ca.certificate, order)[0] == 0, "curl trusts only its CA")
            plain = subprocess.run(["curl", "-s", "-m", "20", order.replace("https", "http")],
                                   capture_output=True)
            check(plain.returncode != 0 and not plain.stdout, "nothing is told in the clear")
            reload_certificate(system, ca, next_ca, *server, folder)
            metrics = curl(next_ca.certificate, system.address + "/metrics")[1]
            check('spillway_http_rejected_total{reason="handshake_failed"}' in metrics and
                  "spillway_http_tls_certificate_end_timestamp_seconds 1" in metrics, "metrics")
        finally:
            system.stop()
            relay.stop()
        logs = system.log.read_text() + relay.log.read_text()
        for secret in [path.read_text().splitlines()[1] for path in folder.glob("*.key")]:
            check(secret not in logs, "a key is in a log")
        check("4242424242424242" not in logs, "a card is in a log")


if __name__ == "__main__":
    main()
