"""A sale at the counter: python3 sale.py TID AMOUNT [accept|reject]

Without the third word the cashier is asked whether a signature matches. Exit code 0: paid, 1: not
paid, 3: not known.
"""

import asyncio
import sys
from decimal import Decimal

from line import ADDRESS, Line, Refused

# The gateway answers a sale within 280 s.
LIMIT_SECONDS = 290


class Sale:
    def __init__(self, signature):
        self._signature = signature
        self._verdict = None

    async def on_request(self, method, params, answer):
        if method == "signatureVerificationRequest":
            # Asked again after a reconnect, under a new id: the cashier is asked once.
            self._verdict = self._verdict or asyncio.create_task(self._check(params))
            self._answering = asyncio.create_task(self._answer(answer))

    async def on_notification(self, method, params):
        if method == "terminalNotification":
            print(f"{params['tid']}: {params['notificationValue']}", flush=True)

    async def _answer(self, answer):
        await answer({"accepted": await self._verdict})

    async def _check(self, params):
        print_receipt(params["receiptLines"]["MERCHANT"])
        if self._signature:
            return self._signature == "accept"
        # In a thread: the connection must be read while the cashier looks.
        print("Does the signature match the card? [y/n] ", flush=True)
        line = await asyncio.to_thread(sys.stdin.readline)
        return line.strip().lower() in ("y", "yes")


def minor_units(text):
    """Pence or cents of an amount as it is typed; `float` would make 1998.99... of 19.99 * 100."""
    minor = Decimal(text) * 100
    if minor != int(minor):
        raise ValueError(f"not an amount: {text}")
    return int(minor)


def print_receipt(lines):
    for line in lines:
        print(f"  | {line['value']}", flush=True)


async def main(tid, amount, signature=None):
    sale = Sale(signature)
    line = Line(ADDRESS, sale.on_request, sale.on_notification)
    await line.start()
    params = {"tid": tid, "currency": "GBP", "amount": minor_units(amount)}
    try:
        answer = await asyncio.wait_for(line.request("sale", params), LIMIT_SECONDS)
    except asyncio.TimeoutError:
        return unknown(tid)
    await line.finish()
    if answer.get("error"):
        # Nothing was handed to a card machine.
        print(answer["error"]["data"]["userMessage"])
        return 1
    result = answer["result"]
    if result["transactionResult"] == "TIMED_OUT":
        return unknown(tid)
    print_receipt(result["receiptLines"].get("CUSTOMER", []))
    print(f"{result['transactionResult']}: {result['amountTotal']}", flush=True)
    return 0 if result["transactionResult"] == "SUCCESSFUL" else 1


def unknown(tid):
    print(f"NOT KNOWN: check card machine {tid} before anything is repeated.")
    return 3


if __name__ == "__main__":
    try:
        sys.exit(asyncio.run(main(*sys.argv[1:])))
    except Refused as why:
        sys.exit(f"refused: {why}")
