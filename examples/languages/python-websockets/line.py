"""A till's connection to the gateway, opened again whenever it is lost. JSON-RPC 2.0 both ways.

`websockets` reads in the background and answers pings there, also while the program is busy.
"""

import asyncio
import json
import os
import random
import sys
import time
from contextlib import suppress
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import websockets

# A setting: each site has its own host and token, each till its own epos-id.
ADDRESS = os.environ.get(
    "TILLGATE_URI",
    "ws://127.0.0.1:8765/pac?token=00000000-0000-0000-0000-000000000000"
    "&api-version=v1&software-house-id=ABC123&installer-id=123ABC&epos-id=TILL-1",
)
# Close codes after which the till must not connect again: another till took over, token revoked.
FINAL = {4001, 4003}


class Refused(Exception):
    """The gateway refuses this till for good: a person has to change a setting."""


class NotConnected(Exception):
    """There is no connection: nothing was sent."""


class Line:
    """`on_request(method, params, answer)` and `on_notification(method, params)` are awaited in
    the order of the messages, so they must be quick; `await answer(result)` may come later."""

    def __init__(self, uri, on_request, on_notification):
        self._uri = uri
        self._on_request = on_request
        self._on_notification = on_notification
        self._socket = None
        self._open = asyncio.Event()
        self._waiting = {}
        # An id must not come again within a day, for which the gateway keeps results.
        self._last_id = int(time.time() * 10) % 864_000

    async def start(self):
        """Returns when the gateway has accepted this till. Awaiting `closed` raises `Refused`."""
        self.closed = asyncio.create_task(self._run())
        await self._unless_closed(asyncio.create_task(self._open.wait()))

    async def request(self, method, params):
        """The whole answer, with `result` or `error`. With an epos-id it may come on a later
        connection, so give the wait a limit: `asyncio.wait_for`."""
        if not self._open.is_set():
            raise NotConnected
        self._last_id += 1
        self._waiting[self._last_id] = answer = asyncio.get_running_loop().create_future()
        # If the connection is lost here, the request may have arrived all the same.
        with suppress(websockets.ConnectionClosed):
            await send(self._socket, id=self._last_id, method=method, params=params)
        return await self._unless_closed(answer)

    async def finish(self):
        """For a program that ends after a result: the gateway's ping, whose pong confirms the
        delivery, comes before this answer."""
        with suppress(asyncio.TimeoutError, NotConnected):
            await asyncio.wait_for(self.request("connectedTerminals", {}), 10)

    async def _unless_closed(self, wanted):
        await asyncio.wait({wanted, self.closed}, return_when=asyncio.FIRST_COMPLETED)
        return await (wanted if wanted.done() else self.closed)

    async def _run(self):
        pause = 1
        while True:
            try:
                # Pings every 20 s by itself, and drops a connection on which no pong comes.
                async with websockets.connect(self._uri, open_timeout=10) as socket:
                    pause = 1
                    await self._read(socket)
            except websockets.InvalidHandshake as cause:
                print(f"not connected: {cause}", file=sys.stderr)
                await asyncio.to_thread(raise_if_refused, self._uri)
                await asyncio.sleep(retry_after(cause))
            except (OSError, asyncio.TimeoutError, websockets.WebSocketException) as cause:
                print(f"not connected: {type(cause).__name__}", file=sys.stderr)
            finally:
                self._open.clear()
            # Tills that were disconnected together must not come back together.
            await asyncio.sleep(pause * random.uniform(0.5, 1))
            pause = min(pause * 2, 30)

    async def _read(self, socket):
        self._socket = socket
        self._open.set()
        print("connected", flush=True)
        with suppress(websockets.ConnectionClosed):
            async for text in socket:
                await self._receive(socket, json.loads(text))
        if socket.close_code in FINAL:
            raise Refused(socket.close_reason)

    async def _receive(self, socket, message):
        request_id = message.get("id")
        # `get`, for null is the same as absent.
        if message.get("method") is None:
            self._answered(request_id, message)
        elif request_id is None:
            await self._on_notification(message["method"], message["params"])
        else:

            async def answer(result):
                # A request of a lost connection is sent again on the next one.
                with suppress(websockets.ConnectionClosed):
                    await send(socket, id=request_id, result=result)

            await self._on_request(message["method"], message["params"], answer)

    def _answered(self, request_id, message):
        waiting = self._waiting.pop(request_id, None)
        if waiting and not waiting.done():
            waiting.set_result(message)
        else:
            # An error without an id, or a result that an earlier run of this till has missed.
            print(f"unclaimed: {message}"[:200], file=sys.stderr)


async def send(socket, **message):
    await socket.send(json.dumps({"jsonrpc": "2.0", **message}))


def retry_after(cause):
    """The seconds that the gateway, or a proxy before it, wants to be left alone; up to 60."""
    # Before version 14 the exception itself has the headers. Other failures have none.
    headers = getattr(getattr(cause, "response", cause), "headers", {})
    with suppress(ValueError):
        return min(int(headers.get("Retry-After", 0)), 60)
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
