"""A till's connection to the gateway, opened again whenever it is lost. JSON-RPC 2.0 both ways.

`websocket-client` answers pings only inside `recv`: one thread does nothing but read.
"""

import json
import os
import random
import select
import ssl
import sys
import threading
import time
from concurrent.futures import Future, TimeoutError
from contextlib import closing, suppress
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import websocket
from websocket import ABNF

# A setting: each site has its own host and token, each till its own epos-id.
ADDRESS = os.environ.get(
    "TILLGATE_URI",
    "ws://127.0.0.1:8765/pac?token=00000000-0000-0000-0000-000000000000"
    "&api-version=v1&software-house-id=ABC123&installer-id=123ABC&epos-id=TILL-1",
)
# Close codes after which the till must not connect again: another till took over, token revoked.
FINAL = {4001, 4003}
# The gateway pings every 20 s: if nothing comes for longer than two pings, the connection is dead.
SILENCE_SECONDS = 45


class Refused(Exception):
    """The gateway refuses this till for good: a person has to change a setting."""


class NotConnected(Exception):
    """There is no connection: nothing was sent."""


class Line:
    """`on_request(method, params, answer)` and `on_notification(method, params)` are called by the
    reading thread, so they must be quick; `answer(result)` may be called later, by any thread."""

    def __init__(self, uri, on_request, on_notification):
        self._uri = uri
        self._on_request = on_request
        self._on_notification = on_notification
        self._socket = None
        # In older versions of Python a TLS connection may break if one thread reads while another writes.
        self._using = threading.Lock()
        self._opened = Future()
        self._waiting = {}
        # An id must not come again within a day, for which the gateway keeps results.
        self._last_id = int(time.time() * 10) % 864_000
        # Its `result()` waits, and raises `Refused`.
        self.closed = Future()

    def start(self):
        """Returns when the gateway has accepted this till; a thread of its own reads from then on."""
        threading.Thread(target=self._run_thread, daemon=True).start()
        self._opened.result()

    def request(self, method, params):
        """A future of the whole answer, with `result` or `error`. With an epos-id it may come on a
        later connection, so give the wait a limit: `result(timeout)`."""
        socket = self._socket
        if socket is None:
            raise NotConnected
        self._last_id += 1
        self._waiting[self._last_id] = answer = Future()
        # If the connection is lost here, the request may have arrived all the same.
        with suppress(OSError, websocket.WebSocketException):
            self._send(socket, id=self._last_id, method=method, params=params)
        return answer

    def finish(self):
        """For a program that ends after a result: the gateway's ping, whose pong confirms the
        delivery, comes before this answer."""
        with suppress(TimeoutError, NotConnected):
            self.request("connectedTerminals", {}).result(10)

    def _run_thread(self):
        try:
            self._run()
        except Exception as cause:
            for future in [self._opened, self.closed, *self._waiting.values()]:
                if not future.done():
                    future.set_exception(cause)

    def _run(self):
        pause = 1
        while True:
            try:
                # An Origin is for web pages: with it the public test token is refused.
                socket = websocket.create_connection(self._uri, timeout=10, suppress_origin=True)
                pause = 1
                with closing(socket):
                    self._read(socket)
            except websocket.WebSocketBadStatusException as cause:
                print(f"not connected: {cause}", file=sys.stderr)
                raise_if_refused(self._uri)
                time.sleep(retry_after(cause))
            except (OSError, websocket.WebSocketException) as cause:
                print(f"not connected: {type(cause).__name__}", file=sys.stderr)
            finally:
                self._socket = None
            # Tills that were disconnected together must not come back together.
            time.sleep(pause * random.uniform(0.5, 1))
            pause = min(pause * 2, 30)

    def _read(self, socket):
        socket.settimeout(SILENCE_SECONDS)
        self._socket = socket
        if not self._opened.done():
            self._opened.set_result(None)
        print("connected", flush=True)
        while True:
            wait_for_data(socket)
            with self._using:
                # Not `recv`, which does not tell a close from an empty text. It answers a ping, then
                # returns, so that others can send.
                opcode, data = socket.recv_data(control_frame=True)
            if opcode == ABNF.OPCODE_TEXT:
                self._receive(socket, json.loads(data))
            elif opcode == ABNF.OPCODE_CLOSE:
                if int.from_bytes(data[:2], "big") in FINAL:
                    raise Refused(data[2:].decode())
                return

    def _receive(self, socket, message):
        request_id = message.get("id")
        # `get`, for null is the same as absent.
        if message.get("method") is None:
            self._answered(request_id, message)
        elif request_id is None:
            self._on_notification(message["method"], message["params"])
        else:

            def answer(result):
                # A request of a lost connection is sent again on the next one.
                with suppress(OSError, websocket.WebSocketException):
                    self._send(socket, id=request_id, result=result)

            self._on_request(message["method"], message["params"], answer)

    def _answered(self, request_id, message):
        waiting = self._waiting.pop(request_id, None)
        if waiting:
            waiting.set_result(message)
        else:
            # An error without an id, or a result that an earlier run of this till has missed.
            print(f"unclaimed: {message}"[:200], file=sys.stderr)

    def _send(self, socket, **message):
        with self._using:
            socket.send(json.dumps({"jsonrpc": "2.0", **message}))


def wait_for_data(socket):
    """Returns when there is something to read: what TLS has already decrypted is not seen by `select`."""
    connection = socket.sock
    if isinstance(connection, ssl.SSLSocket) and connection.pending():
        return
    if not select.select([connection], [], [], SILENCE_SECONDS)[0]:
        raise websocket.WebSocketTimeoutException("nothing came")


def retry_after(cause):
    """The seconds that the gateway, or a proxy before it, wants to be left alone; up to 60."""
    with suppress(ValueError):
        return min(int(cause.resp_headers.get("retry-after", 0)), 60)
    return 0


def raise_if_refused(uri):
    """Raises `Refused` if the gateway itself refuses this address for good."""
    parts = urlsplit(uri)
    scheme = {"ws": "http", "wss": "https"}[parts.scheme]
    try:
        urlopen(parts._replace(scheme=scheme, path="/handshake" + parts.path).geturl(), timeout=10)
    except HTTPError as answer:
        # These pass by themselves. Any other without the gateway's own body is a proxy's.
        if answer.code != 429 and answer.code < 500:
            with suppress(ValueError, KeyError, TypeError):
                raise Refused(json.load(answer)["message"]) from None
    except OSError:
        pass
