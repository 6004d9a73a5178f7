package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// saleLimit: the gateway answers a sale within 280 s.
const saleLimit = 290 * time.Second

type receiptLine struct {
	Value  string   `json:"value"`
	Format []string `json:"format,omitempty"`
}

type receipts struct {
	Merchant []receiptLine `json:"MERCHANT"`
	Customer []receiptLine `json:"CUSTOMER"`
}

// A sale at the counter. If signature is neither "accept" nor "reject", the cashier is asked.
type sale struct {
	signature string
	asked     sync.Once
	accepted  bool
}

func (s *sale) onRequest(method string, params json.RawMessage, answer func(any)) {
	if method != "signatureVerificationRequest" {
		return
	}
	// In a goroutine of its own: the connection must be read while the cashier looks.
	go func() {
		// Asked again after a reconnect, under a new id: the cashier is asked once.
		s.asked.Do(func() { s.accepted = s.check(params) })
		answer(map[string]bool{"accepted": s.accepted})
	}()
}

func (s *sale) onNotification(method string, params json.RawMessage) error {
	var shown struct{ Tid, NotificationValue string }
	if err := json.Unmarshal(params, &shown); err != nil {
		return err
	}
	if method == "terminalNotification" {
		fmt.Printf("%s: %s\n", shown.Tid, shown.NotificationValue)
	}
	return nil
}

func (s *sale) check(params json.RawMessage) bool {
	var question struct{ ReceiptLines receipts }
	_ = json.Unmarshal(params, &question)
	printReceipt(question.ReceiptLines.Merchant)
	if s.signature != "" {
		return s.signature == "accept"
	}
	fmt.Println("Does the signature match the card? [y/n]")
	typed, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	return strings.ToLower(strings.TrimSpace(typed)) == "y"
}

func printReceipt(lines []receiptLine) {
	for _, line := range lines {
		fmt.Println("  |", line.Value)
	}
}

// minorUnits is the pence or cents of an amount as it is typed. A float64 would make 1998.99... of 19.99 * 100.
func minorUnits(text string) (int, error) {
	whole, fraction, _ := strings.Cut(text, ".")
	if fraction == "" {
		fraction = "00"
	}
	if len(fraction) != 2 {
		return 0, fmt.Errorf("not an amount: %s", text)
	}
	minor, err := strconv.ParseUint(whole+fraction, 10, 31)
	return int(minor), err
}

// sell gives the exit code. 0: paid, 1: not paid, 3: not known.
func sell(uri, tid string, amount int, signature string) int {
	line := newLine(uri, &sale{signature: signature})
	if err := line.start(); err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		return 1
	}
	answer, err := line.request("sale", map[string]any{"tid": tid, "currency": "GBP", "amount": amount})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer line.finish()
	select {
	case answered := <-answer:
		return outcome(tid, answered)
	case err := <-line.closed:
		fmt.Fprintln(os.Stderr, "refused:", err)
	case <-time.After(saleLimit):
	}
	return unknown(tid)
}

func outcome(tid string, answer message) int {
	if answer.Error != nil {
		// Nothing was handed to a card machine.
		fmt.Println(answer.Error.Data.UserMessage)
		return 1
	}
	var result struct {
		TransactionResult string
		AmountTotal       int
		ReceiptLines      receipts
	}
	if err := json.Unmarshal(answer.Result, &result); err != nil || result.TransactionResult == "TIMED_OUT" {
		return unknown(tid)
	}
	printReceipt(result.ReceiptLines.Customer)
	fmt.Printf("%s: %d\n", result.TransactionResult, result.AmountTotal)
	if result.TransactionResult != "SUCCESSFUL" {
		return 1
	}
	return 0
}

func unknown(tid string) int {
	fmt.Printf("NOT KNOWN: check card machine %s before anything is repeated.\n", tid)
	return 3
}
