package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"
)

var methods = map[string]string{
	"sale":       "sale",
	"refund":     "refund",
	"pre-auth":   "preAuth",
	"completion": "completion",
	"verify":     "accountVerification",
}

// outcomes: only SUCCESSFUL is paid. TIMED_OUT is not known.
var outcomes = map[string]string{
	"SUCCESSFUL":   "approved",
	"DECLINED":     "declined",
	"CANCELLED":    "cancelled",
	"VOID":         "void",
	"UNSUCCESSFUL": "unsuccessful",
	"TIMED_OUT":    "unknown",
}

// A booking is what the till holds for true about a transaction.
type booking struct {
	Outcome     string `json:"outcome"`
	AmountTotal *int   `json:"amountTotal,omitempty"`
	printed     printed
}

// printed is what the printer of the till has printed for a transaction, copy by copy.
type printed struct {
	Slip     json.RawMessage `json:"slip,omitempty"`
	Merchant json.RawMessage `json:"merchant,omitempty"`
	Customer json.RawMessage `json:"customer,omitempty"`
}

// A rehearsed till takes what to press as lines of JSON from stdin, and writes a line of JSON for each.
type rehearsed struct {
	line *line

	mutex     sync.Mutex
	signature string
	last      *booking
}

// rehearse runs until stdin ends: tillgate rehearse --at counter --till "till rehearse"
func rehearse(uri string) int {
	till := &rehearsed{signature: "accept", last: &booking{Outcome: "none"}}
	till.line = newLine(uri, till)
	if err := till.line.start(); err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		return 1
	}
	for commands := bufio.NewScanner(os.Stdin); commands.Scan(); {
		var command map[string]json.RawMessage
		if err := json.Unmarshal(commands.Bytes(), &command); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		answer, _ := json.Marshal(till.press(command))
		fmt.Println(string(answer))
	}
	return 0
}

func (r *rehearsed) press(command map[string]json.RawMessage) any {
	var do string
	_ = json.Unmarshal(command["do"], &do)
	delete(command, "do")
	if method, ok := methods[do]; ok {
		if cashback, ok := command["cashback"]; ok {
			command["amountCashback"] = cashback
			delete(command, "cashback")
		}
		r.take(method, command)
		return struct{}{}
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	switch do {
	case "cancel":
		_, _ = r.line.request("cancelTransaction", command)
	case "signature":
		_ = json.Unmarshal(command["answer"], &r.signature)
	case "status":
		return r.last
	case "receipts":
		return map[string]printed{"printed": r.last.printed}
	default:
		return map[string]bool{"unsupported": true}
	}
	return struct{}{}
}

// take asks once, whatever happens: the answer may come on a later connection.
func (r *rehearsed) take(method string, params any) {
	asked := &booking{Outcome: "open"}
	r.book(nil, asked)
	answer, err := r.line.request(method, params)
	if err != nil {
		r.book(asked, &booking{Outcome: "refused"})
		return
	}
	go func() { r.book(asked, booked(<-answer)) }()
}

// book: the booking of a later transaction stays.
func (r *rehearsed) book(before, now *booking) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if before != nil && r.last != before {
		return
	}
	if before != nil {
		now.printed.Slip = before.printed.Slip
	}
	r.last = now
}

func booked(answer message) *booking {
	var result struct {
		TransactionResult string
		AmountTotal       int
		ReceiptLines      printed
	}
	if answer.Error != nil || json.Unmarshal(answer.Result, &result) != nil {
		return &booking{Outcome: "refused"}
	}
	if result.TransactionResult != "SUCCESSFUL" {
		return &booking{Outcome: outcomes[result.TransactionResult], printed: result.ReceiptLines}
	}
	return &booking{Outcome: "approved", AmountTotal: &result.AmountTotal, printed: result.ReceiptLines}
}

func (r *rehearsed) onRequest(method string, params json.RawMessage, answer func(any)) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if method != "signatureVerificationRequest" {
		return
	}
	var question struct{ ReceiptLines printed }
	_ = json.Unmarshal(params, &question)
	r.last.printed.Slip = question.ReceiptLines.Merchant
	if r.signature != "none" {
		answer(map[string]bool{"accepted": r.signature == "accept"})
	}
}

func (r *rehearsed) onNotification(string, json.RawMessage) error { return nil }
