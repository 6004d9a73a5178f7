"""A counter till that is rehearsed: tillgate rehearse --at counter --till "python3 rehearse.py"

The rehearsal gives the address in CONNECT_PAC_URI, writes what to press as lines of JSON to stdin,
and reads a line of JSON for each.
"""

import asyncio
import json
import os
import sys

from line import Line, NotConnected, Refused
from sale import LIMIT_SECONDS

METHODS = {
    "sale": "sale",
    "refund": "refund",
    "pre-auth": "preAuth",
    "completion": "completion",
    "verify": "accountVerification",
}
# Only SUCCESSFUL is paid. TIMED_OUT is not known.
WORDS = {
    "SUCCESSFUL": "approved",
    "DECLINED": "declined",
    "CANCELLED": "cancelled",
    "VOID": "void",
    "UNSUCCESSFUL": "unsuccessful",
    "TIMED_OUT": "unknown",
}


class Till:
    def __init__(self, uri):
        self.line = Line(uri, self.on_request, self.on_notification)
        self._signature = "accept"
        self._last = {"outcome": "none"}
        # What the printer of this till has printed for it, copy by copy.
        self._printed = {}
        self._tasks = set()

    async def on_request(self, method, params, answer):
        if method != "signatureVerificationRequest":
            return
        self._printed["slip"] = params["receiptLines"]["MERCHANT"]
        if self._signature != "none":
            await answer({"accepted": self._signature == "accept"})

    async def on_notification(self, method, params):
        pass

    def press(self, command):
        do = command.pop("do")
        if do in METHODS:
            if "cashback" in command:
                command["amountCashback"] = command.pop("cashback")
            self._later(self._take(METHODS[do], command))
        elif do == "cancel":
            self._later(self.line.request("cancelTransaction", command))
        elif do == "signature":
            self._signature = command["answer"]
        elif do == "status":
            return self._last
        elif do == "receipts":
            return {"printed": self._printed}
        else:
            return {"unsupported": True}
        return {}

    def _later(self, work):
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take(self, method, params):
        """Asked for once, whatever happens: the answer may come on a later connection."""
        self._last = booking = {"outcome": "open"}
        self._printed = printed = {}
        try:
            answer = await asyncio.wait_for(self.line.request(method, params), LIMIT_SECONDS)
        except NotConnected:
            booking["outcome"] = "refused"
            return
        except asyncio.TimeoutError:
            booking["outcome"] = "unknown"
            return
        if answer.get("error"):
            booking["outcome"] = "refused"
            return
        result = answer["result"]
        printed |= {copy.lower(): lines for copy, lines in result["receiptLines"].items()}
        booking["outcome"] = WORDS[result["transactionResult"]]
        if booking["outcome"] == "approved":
            booking["amountTotal"] = result["amountTotal"]


async def main():
    till = Till(os.environ["CONNECT_PAC_URI"] + "&epos-id=PYTHON-1")
    await till.line.start()
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(till.press(json.loads(line))), flush=True)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except Refused as why:
        sys.exit(f"refused: {why}")
