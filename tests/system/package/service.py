"""Starts the installed service as its unit says: as its user, told by NOTIFY_SOCKET, with the
configuration at its place; waits for READY=1, asks /readyz, stops it with SIGTERM."""
import os
import pathlib
import pwd
import re
import shlex
import socket
import subprocess
import sys
import urllib.request

DEADLINE_S = 60
unit = pathlib.Path("/lib/systemd/system/spillway.service").read_text()


def setting(key):
    return re.search(rf"^{key}=(.*)$", unit, re.M).group(1)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


user = pwd.getpwnam(setting("User"))
port = free_port()
text = pathlib.Path("/run/spillway.example.toml").read_text()
configuration = pathlib.Path("/etc/spillway/spillway.toml")
configuration.write_text(text.replace("127.0.0.1:8080", f"127.0.0.1:{port}"))
os.chown(configuration, 0, user.pw_gid)
configuration.chmod(0o640)

# As systemd does, which takes one that is there.
state = pathlib.Path("/var/lib") / setting("StateDirectory")
state.mkdir(mode=int(setting("StateDirectoryMode"), 8), exist_ok=True)
os.chown(state, user.pw_uid, user.pw_gid)

notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind("\0spillway-package-test")
notify.settimeout(DEADLINE_S)
service = subprocess.Popen(
    shlex.split(setting("ExecStart")),
    user=user.pw_uid, group=user.pw_gid, extra_groups=[], umask=int(setting("UMask"), 8), cwd="/",
    env={"NOTIFY_SOCKET": "@spillway-package-test", "PATH": "/usr/bin:/bin"})
try:
    assert notify.recv(100) == b"READY=1"
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=DEADLINE_S) as answer:
        assert answer.status == 200, answer.status
    service.terminate()
    assert notify.recv(100) == b"STOPPING=1"
    assert service.wait(DEADLINE_S) == 0, service.returncode
finally:
    service.kill()
sys.exit(0)
