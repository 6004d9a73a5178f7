"""A restaurant till: python3 tables.py FILE.json

The file holds the tables and what was paid. A waiter: tillgate table pay --table 12
"""

import json
import os
import sys

from line import ADDRESS, Line, Refused

CURRENCY = "GBP"


class Tables:
    """The tables of a JSON file. A table: `total`, `lockedBy`, `payments` by paymentId."""

    def __init__(self, path):
        self._path = path
        self._tables = {
            table: {"total": total, "lockedBy": None, "payments": {}}
            for table, total in {"1": 2900, "12": 6640}.items()
        }
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self._tables = json.load(file)

    def on_request(self, method, params, answer):
        handlers = {
            "tableListRequest": self._list,
            "tableLockRequest": self._lock,
            "posReceiptRequest": self._bill,
        }
        if method in handlers:
            answer(handlers[method](params))

    def on_notification(self, method, params):
        if method == "transactionResponse":
            self._book(params)
        elif method == "tableUnlock":
            self._unlock(params)

    def _list(self, _params):
        unpaid = [table for table, bill in self._tables.items() if left(bill) > 0]
        return {"tables": unpaid, "currency": CURRENCY}

    def _lock(self, params):
        bill = self._tables.get(params["tableId"])
        if bill is None or bill["lockedBy"] not in (None, params["tid"]):
            return {"confirmed": False, "userMessage": "This table is not available."}
        bill["lockedBy"] = params["tid"]
        self._save()
        say(f"{params['tid']} locks table {params['tableId']}: {left(bill)} to pay")
        return {"confirmed": True, "amount": left(bill), "currency": CURRENCY}

    def _bill(self, params):
        table = params["tableId"]
        to_pay = f"{left(self._tables[table]) / 100:.2f}"
        lines = [{"value": f"Table {table}", "format": ["BOLD"]}, {"value": f"To pay {to_pay:>17}"}]
        return {"receiptLines": lines}

    def _book(self, params):
        """A payment may be told twice; its paymentId is booked once. On disk before the next message."""
        # Money is booked even if this till has lost the table.
        lost = {"total": 0, "lockedBy": None, "payments": {}}
        bill = self._tables.setdefault(params["tableId"], lost)
        for payment in params["payments"]:
            known = payment["paymentId"] in bill["payments"]
            bill["payments"][payment["paymentId"]] = payment
            how = "is booked already" if known else "is booked"
            say(f"table {params['tableId']}: {payment['amountPaid']} {how}")
        self._save()

    def _unlock(self, params):
        bill = self._tables.get(params["tableId"])
        # As a precaution the gateway also unlocks what this card machine does not hold.
        if bill and bill["lockedBy"] == params["tid"]:
            bill["lockedBy"] = None
            self._save()
            say(f"{params['tid']} unlocks table {params['tableId']}")

    def _save(self):
        new = self._path + ".new"
        with open(new, "w", encoding="utf-8") as file:
            json.dump(self._tables, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self._path)


def left(bill):
    """Gratuity comes on top of amountPaid; cashback is part of it and was handed out."""
    paid = sum(each["amountPaid"] - each["amountCashback"] for each in bill["payments"].values())
    return bill["total"] - paid


def say(text):
    print(text, flush=True)


def main(path):
    tables = Tables(path)
    line = Line(ADDRESS.replace("/pac?", "/pat?"), tables.on_request, tables.on_notification)
    line.start()
    line.closed.result()


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except Refused as why:
        sys.exit(f"refused: {why}")
