"""The walk itself: what a person does with docs/operations.md, heading by heading."""

import json
import re

OPERATOR = "op_example_not_for_production_use"  # of spillway.example.toml
SHOP = "sk_example_not_for_production_use"
AS_OPERATOR = f"export SPILLWAY_KEY={OPERATOR}\n"
CONFIGURATION = "/etc/spillway/spillway.toml"
ORDER = {"reference": "A-1", "buyer": {"name": "Hanako Sato", "email": "hanako@example.jp"},
         "items": [{"code": "S", "name": "Shoes", "quantity": 1, "unit_price": 3150}],
         "amount": 3150, "currency": "JPY",
         "card": {"company": "VISA", "number": "4242424242424242", "expiry": "2049-12"}}


def ask(walk, path, method="GET", key=SHOP, body=None, more=""):
    """The JSON of an answer of the running service."""
    data = f"-d '{json.dumps(body)}' -H 'Content-Type: application/json'" if body else ""
    answer = walk.machine.run(
        f"curl -ks -X {method} {data} {more} -H 'Authorization: Bearer {key}' "
        f"http://127.0.0.1:8080{path}", quiet=True)
    return json.loads(answer)


def order(walk, reference, more=""):
    placed = ask(walk, "/v1/orders", "POST", body={**ORDER, "reference": reference}, more=more)
    walk.expect(placed.get("status") == "received", f"an order got {placed}")
    return placed


def is_there(walk, placed):
    found = ask(walk, f"/v1/orders/{placed['order']}")
    walk.expect(found.get("order") == placed["order"], f"{placed['order']} is lost: {found}")


def logged(walk, event):
    walk.machine.run(f"until grep -q event={event} /var/log/spillway.log; do sleep 0.1; done",
                     quiet=True)
    print(f"    the log says event={event}", flush=True)


def install(walk, package):
    walk.heading("Install")
    walk.machine.run("apt-get update -qq", quiet=True)
    walk.machine.run("mkdir -p /build/release", quiet=True)
    walk.machine.run(f"cat >/build/release/{package.name} <{'/run/' + package.name}", quiet=True)
    # The first line is a build of the whole, from which the package at hand comes.
    walk.follow("Install", 0, before="cd /\n", put={
        "cmake/prepare && cmake --preset release && cmake --build --preset release --target "
        "package\n": "", "apt install ": "apt-get install -y -qq "})
    walk.command("apt install psmisc lmdb-utils", "apt-get install -y -qq psmisc lmdb-utils")
    walk.machine.cut_off()
    walk.machine.run("systemd-analyze verify /lib/systemd/system/spillway.service")
    walk.machine.run("! pgrep -x spillway  # it starts nothing")
    walk.follow("Install", 1, put={"editor ": "grep -c . ", "   # SPILLWAY": "\n# SPILLWAY"})
    walk.expect("ready" in walk.machine.run("cat /var/log/spillway.log", quiet=True),
                "it does not say that it is ready")


def start_and_stop(walk):
    walk.heading("Start and stop")
    placed = order(walk, "B-1")
    walk.machine.run("kill -KILL $(cat /run/spillway.pid); tail --pid=$(cat /run/spillway.pid) "
                     "-f /dev/null")
    walk.machine.run("systemctl start spillway")
    is_there(walk, placed)  # lost nothing that was answered with 202
    walk.machine.run("systemctl stop spillway")
    text = walk.document.block("Start and stop").strip()
    out = walk.machine.run(
        f"cd /var/lib/spillway; setpriv --reuid spillway --regid spillway --clear-groups {text} "
        "--data /var/lib/spillway >/run/out 2>/run/err & "
        "until grep -q ready /run/out; do kill -0 $!; done; kill $!; wait $!; echo $?; cat /run/out")
    walk.said("`spillway: ready on http://…`")
    walk.expect("spillway: ready on http://" in out and "\n0\n" in "\n" + out, f"it says {out}")
    walk.machine.run("systemctl start spillway")


def certificates(walk):
    walk.heading("Certificates")
    walk.machine.run(
        "mkdir -p /run/lineage; cd /run/lineage; openssl req -x509 -newkey ec -pkeyopt "
        "ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=shop.example -keyout privkey.pem "
        "-out fullchain.pem 2>/dev/null", quiet=True)
    hook = walk.document.block("Certificates", "sh", 0)
    walk.machine.run("export RENEWED_LINEAGE=/run/lineage\n" + hook)
    table = walk.document.block("Certificates", "toml")
    walk.machine.run("systemctl stop spillway", quiet=True)
    text = (walk.machine.root / CONFIGURATION.lstrip("/")).read_text()
    walk.machine.write(CONFIGURATION + ".plain", text, 0o640)
    (walk.machine.root / CONFIGURATION.lstrip("/")).write_text(text + "\n" + table)
    walk.machine.run("systemctl start spillway; curl -ksf https://127.0.0.1:8080/readyz")
    walk.machine.run("export RENEWED_LINEAGE=/run/lineage\n" + hook, quiet=True)
    logged(walk, "tls_reloaded")
    walk.machine.run("echo nonsense >/etc/spillway/tls/server.pem; systemctl reload spillway")
    logged(walk, "tls_kept")
    walk.machine.run("systemctl stop spillway; cat " + CONFIGURATION + ".plain >" + CONFIGURATION
                     + "; systemctl start spillway", quiet=True)


def nodes(walk):
    walk.heading("Certificates for nodes")
    walk.machine.run("mkdir -p /root/ca", quiet=True)
    walk.follow("Certificates for nodes", 0, before="cd /root/ca\n")
    walk.follow("Certificates for nodes", 1, before="cd /root/ca\n")
    walk.heading("Sharing work with nodes")
    node = walk.document.block("Sharing work with nodes", "toml")
    node = node.replace("/etc/spillway/cluster/node-1", "/root/ca/tokyo-1/tokyo-1").replace(
        "/etc/spillway/cluster/ca.pem", "/root/ca/cluster-ca/ca.pem").replace(
        '["first-1.example:7410", "first-2.example:7410"]', '["127.0.0.1:7410"]')
    walk.machine.write("/root/ca/node.toml", node)
    own = "\n".join(f'{key} = "/etc/spillway/cluster/{file}"' for key, file in (
        ("certificate", "osaka.pem"), ("key", "osaka.key"), ("ca", "ca.pem")))
    walk.machine.run("install -d -o spillway -m 0700 /etc/spillway/cluster; install -o spillway "
                     "-m 0600 /root/ca/osaka/* /root/ca/cluster-ca/ca.pem /etc/spillway/cluster; "
                     "systemctl stop spillway; "
                     f"printf '[cluster]\\nlisten = \"127.0.0.1:7410\"\\n{own}\\n' >>{CONFIGURATION}; "
                     "systemctl start spillway")
    walk.said("`spillway node --config node.toml` joins")
    walk.machine.run("cd /root/ca; spillway node --config node.toml >/run/node.log 2>&1 & "
                     "echo $! >/run/node.pid")
    logged(walk, "node_joined")
    walk.follow("Sharing work with nodes", 0, before=AS_OPERATOR)
    walk.command("spillway nodes", AS_OPERATOR + "spillway nodes")
    walk.command("spillway drain node-1", AS_OPERATOR + "spillway drain tokyo-1")
    walk.machine.run("kill $(cat /run/node.pid)")
    logged(walk, "node_left")


def shops(walk):
    walk.heading("Shops")
    text = walk.document.block("Shops")
    created, key, rest = re.split(r"^(spillway shop key add 3.*\n)", text, flags=re.M)
    created = created.replace("SPILLWAY_KEY=…", f"SPILLWAY_KEY={OPERATOR}")
    made = walk.machine.run(created)
    number = int(re.search(r"\d+", made)[0])
    walk.machine.run(AS_OPERATOR + key.replace(" 3", f" {number}"))
    keys = walk.machine.run(AS_OPERATOR + f"spillway shop key list {number}")
    name = re.search(r"\b[0-9a-f]{12}\b", keys)[0]
    walk.machine.run(AS_OPERATOR + rest.replace(" 3", f" {number}").replace("0123456789ab", name))


def paces(walk):
    walk.heading("Changing a pace")
    walk.follow("Changing a pace", 0, before=AS_OPERATOR)
    status = walk.command("spillway status", AS_OPERATOR + "spillway status")
    walk.expect(not re.search("last journal record +0$", status, re.M), f"it says {status}")


def keys_and_receipts(walk):
    walk.heading("Keys and receipts")
    as_service = "runuser -u spillway -- "
    data = "--data /var/lib/spillway"
    walk.command("spillway rotate-master-key --data DIR",
                 f"{as_service}spillway rotate-master-key {data}")
    placed = order(walk, "C-1", more="-H 'Prefer: receipt'")
    walk.machine.write("/root/receipt", placed["receipt"])
    walk.machine.write("/root/keys.json", json.dumps(ask(walk, "/v1/keys")))
    walk.command("spillway rotate-signing-key --data DIR",
                 f"systemctl stop spillway; {as_service}spillway rotate-signing-key {data}")
    walk.said("`spillway verify-receipt FILE --keys KEYS`")
    walk.machine.run("spillway verify-receipt /root/receipt --keys /root/keys.json")
    walk.command("spillway verify --data DIR --receipt FILE",
                 f"{as_service}spillway verify {data} --receipt - </root/receipt")
    walk.heading("The audit log")
    walk.follow("The audit log", 0, put={"--data DIR": data})
    walk.machine.run("systemctl start spillway", quiet=True)


def backup(walk):
    walk.heading("Backups")
    placed = order(walk, "D-1")
    walk.follow("Backups", 0)
    after = order(walk, "D-2")
    walk.follow("Backups", 1)
    is_there(walk, placed)
    lost = ask(walk, f"/v1/orders/{after['order']}")
    walk.expect(lost.get("status") == 404, f"a copy holds what came after it: {lost}")


def watch(walk):
    walk.heading("What to watch")
    metrics = walk.machine.run("curl -s http://127.0.0.1:8080/metrics", quiet=True)
    families = set(re.findall(r"^# TYPE (\S+)", metrics, re.M))
    named = set(re.findall(r"\b(spillway_[a-z_]+)", walk.document.text))
    missing = {name for name in named if name not in families
               and not name.startswith(("spillway_node_", "spillway_http_tls_"))}
    walk.expect(not missing, f"/metrics has no {sorted(missing)}")
    print(f"    each of {len(named)} metrics that are named is there", flush=True)
    scrape = walk.document.block("What to watch", "yaml")
    walk.machine.write("/root/prometheus.yml", "rule_files: [/usr/share/doc/spillway/monitoring/"
                       "prometheus-alerts.yml]\n" + scrape)
    if "promtool" in walk.machine.run("command -v promtool || true", quiet=True):
        walk.machine.run("promtool check config /root/prometheus.yml")


def in_the_way(walk):
    walk.heading("When something is in the way")
    walk.command("fuser -v DIR/journal/data.mdb", "fuser -v /var/lib/spillway/journal/data.mdb")
    walk.command("mdb_stat -r DIR/journal", "mdb_stat -r /var/lib/spillway/journal",
                 good=False)  # it gives the number of readers as its exit code


def upgrade_and_remove(walk, later):
    walk.heading("Upgrade and removal")
    placed = order(walk, "E-1")
    walk.said("a service that runs is restarted")
    before = walk.machine.run("cat /run/spillway.pid", quiet=True)
    walk.machine.run(f"dpkg -i /run/{later.name}")
    after = walk.machine.run("cat /run/spillway.pid", quiet=True)
    walk.expect(before != after, "the service was not restarted")
    is_there(walk, placed)
    walk.said("removing the package, or purging it, leaves them and `/etc/spillway` where they are")
    walk.machine.run("apt-get remove -y -qq spillway; apt-get purge -y -qq spillway")
    walk.machine.run("test -s /var/lib/spillway/journal/data.mdb; test -s " + CONFIGURATION)


def story(walk, packages):
    for package in packages:
        (walk.machine.root / "run" / package.name).write_bytes(package.read_bytes())
    install(walk, packages[0])
    start_and_stop(walk)
    certificates(walk)
    nodes(walk)
    shops(walk)
    paces(walk)
    watch(walk)
    in_the_way(walk)
    keys_and_receipts(walk)
    backup(walk)
    upgrade_and_remove(walk, packages[1])
