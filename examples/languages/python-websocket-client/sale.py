"""A sale at the counter: python3 sale.py TID AMOUNT [accept|reject]

Without the third word the cashier is asked whether a signature matches. Exit code 0: paid, 1: not
paid, 3: not known.
"""

import sys
import threading
from concurrent.futures import Future, TimeoutError
from decimal import Decimal

from line import ADDRESS, Line, Refused

# The gateway answers a sale within 280 s.
LIMIT_SECONDS = 290


class Sale:
    def __init__(self, signature):
        self._signature = signature
        self._verdict = None

    def on_request(self, method, params, answer):
        if method == "signatureVerificationRequest":
            # Asked again after a reconnect, under a new id: the cashier is asked once.
            if self._verdict is None:
                self._verdict = Future()
                # Not here: this thread answers the pings while the cashier looks.
                threading.Thread(target=self._check, args=[params], daemon=True).start()
            self._verdict.add_done_callback(lambda verdict: answer({"accepted": verdict.result()}))

    def on_notification(self, method, params):
        if method == "terminalNotification":
            print(f"{params['tid']}: {params['notificationValue']}", flush=True)

    def _check(self, params):
        print_receipt(params["receiptLines"]["MERCHANT"])
        verdict = self._signature
        if not verdict:
            print("Does the signature match the card? [y/n] ", flush=True)
            verdict = sys.stdin.readline().strip().lower()
        self._verdict.set_result(verdict in ("accept", "y", "yes"))


def minor_units(text):
    """Pence or cents of an amount as it is typed; `float` would make 1998.99... of 19.99 * 100."""
    minor = Decimal(text) * 100
    if minor != int(minor):
        raise ValueError(f"not an amount: {text}")
    return int(minor)


def print_receipt(lines):
    for line in lines:
        print(f"  | {line['value']}", flush=True)


def main(tid, amount, signature=None):
    sale = Sale(signature)
    line = Line(ADDRESS, sale.on_request, sale.on_notification)
    line.start()
    params = {"tid": tid, "currency": "GBP", "amount": minor_units(amount)}
    try:
        answer = line.request("sale", params).result(LIMIT_SECONDS)
    except TimeoutError:
        return unknown(tid)
    line.finish()
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
        sys.exit(main(*sys.argv[1:]))
    except Refused as why:
        sys.exit(f"refused: {why}")
