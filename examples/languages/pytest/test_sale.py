"""What the till of ../python-websockets does when things go wrong: pytest-3"""

import os
import subprocess
import sys
from pathlib import Path

TILL = Path(__file__).parent.parent / "python-websockets" / "sale.py"
STARTED = {
    "kind": "message",
    "direction": "sent",
    "method": "terminalNotification",
    "value": "TRANSACTION_STARTED",
}


def start_till(gateway, tid, amount):
    environment = {**os.environ, "TILLGATE_URI": f"{gateway.pac}&epos-id=TILL-1"}
    return subprocess.Popen(
        [sys.executable, "-B", TILL, tid, amount],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def wait_for(till, text):
    for line in till.stdout:
        if text in line:
            return
    raise AssertionError(f"The till ended without {text!r}")


def test_a_sale_that_is_cut_off_and_whose_signature_nobody_checks_is_paid_once(gateway):
    gateway.add_fault(when=STARTED, action={"kind": "cut"})
    with start_till(gateway, "VCMINVLSIS0", "50.00") as till:
        wait_for(till, "Does the signature match")
        gateway.advance(80)
        wait_for(till, "SUCCESSFUL: 5000")
    assert till.returncode == 0
    assert [fault["fired"] for fault in gateway.faults()] == [1]
    paid = gateway.transactions("VCMINVLSIS0")
    assert [(one["result"], one["amountTotal"]) for one in paid] == [("SUCCESSFUL", 5000)]


def test_a_sale_on_a_card_machine_that_is_busy_is_not_paid(gateway):
    busy = {"kind": "terminal", "tid": "VCMINVLSIP0", "state": "busy"}
    gateway.add_fault(when={"kind": "time", "seconds": 0}, action=busy)
    gateway.advance(0)
    with start_till(gateway, "VCMINVLSIP0", "50.00") as till:
        till.communicate()
    assert till.returncode == 1
    assert [fault["fired"] for fault in gateway.faults()] == [1]
    assert gateway.transactions("VCMINVLSIP0") == []
