"""A gateway for all tests of a run, as one process. Copy this file beside the tests of your till."""

import json
import os
import shlex
import subprocess
from urllib.request import Request, urlopen

import pytest

COMMAND = shlex.split(os.environ.get("TILLGATE", "npx tillgate"))
OPTIONS = "serve --test-control --data memory --port 0 --pace instant --json"


class Gateway:
    def __init__(self, ready):
        self.pac = ready["pac"]
        self._api = f"{ready['http']}/api/v1"
        self._faults = f"/sites/{ready['site']}/faults"

    def add_fault(self, when, action):
        return self._ask("POST", self._faults, {"when": when, "action": action})

    def faults(self):
        return self._ask("GET", self._faults)["faults"]

    def advance(self, seconds):
        """Time limits end at once, in order."""
        return self._ask("POST", "/test/clock", {"advance": seconds})["now"]

    def transactions(self, tid):
        """What the gateway holds to be true, the newest first."""
        return self._ask("GET", f"/transactions?tid={tid}")["transactions"]

    def reset(self):
        self._ask("POST", "/test/reset")

    def _ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(self._api + path, data, headers, method=method)
        with urlopen(request) as answer:
            return json.load(answer)


@pytest.fixture(scope="session")
def process():
    command = [*COMMAND, *OPTIONS.split()]
    pipe = subprocess.PIPE
    # The gateway ends when its stdin is closed, also if this run is killed.
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as running:
        yield json.loads(running.stdout.readline())


@pytest.fixture
def gateway(process):
    gateway = Gateway(process)
    yield gateway
    gateway.reset()
