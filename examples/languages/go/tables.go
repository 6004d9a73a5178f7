package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
)

const currency = "GBP"

type payment struct {
	PaymentID      string `json:"paymentId"`
	AmountPaid     int    `json:"amountPaid"`
	AmountCashback int    `json:"amountCashback"`
	AmountGratuity int    `json:"amountGratuity"`
	PaymentMethod  string `json:"paymentMethod"`
	Time           string `json:"time"`
}

type table struct {
	Total    int                `json:"total"`
	LockedBy string             `json:"lockedBy"`
	Payments map[string]payment `json:"payments"` // by paymentId
}

// left to pay. Gratuity comes on top of amountPaid; cashback is part of it and was handed out.
func (t *table) left() int {
	left := t.Total
	for _, paid := range t.Payments {
		left -= paid.AmountPaid - paid.AmountCashback
	}
	return left
}

// A restaurant is the tables of a JSON file, which is written before the next message is read.
type restaurant struct {
	path   string
	tables map[string]*table
}

// A tableRequest has the params of every message at the table.
type tableRequest struct {
	Tid      string    `json:"tid"`
	TableID  string    `json:"tableId"`
	Payments []payment `json:"payments"`
}

func openRestaurant(path string) (*restaurant, error) {
	r := &restaurant{path: path, tables: map[string]*table{
		"1":  {Total: 2900, Payments: map[string]payment{}},
		"12": {Total: 6640, Payments: map[string]payment{}},
	}}
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return r, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &r.tables)
	}
	return r, err
}

func (r *restaurant) onRequest(method string, params json.RawMessage, answer func(any)) {
	var asked tableRequest
	_ = json.Unmarshal(params, &asked)
	switch method {
	case "tableListRequest":
		answer(map[string]any{"tables": r.unpaid(), "currency": currency})
	case "tableLockRequest":
		answer(r.lock(asked))
	case "posReceiptRequest":
		answer(map[string]any{"receiptLines": r.bill(asked.TableID)})
	}
}

func (r *restaurant) onNotification(method string, params json.RawMessage) error {
	var told tableRequest
	if err := json.Unmarshal(params, &told); err != nil {
		return err
	}
	switch method {
	case "transactionResponse":
		return r.book(told)
	case "tableUnlock":
		return r.unlock(told)
	}
	return nil
}

func (r *restaurant) unpaid() []string {
	// Not nil, which would be null on the wire.
	names := []string{}
	for name, table := range r.tables {
		if table.left() > 0 {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

func (r *restaurant) lock(asked tableRequest) any {
	table, ok := r.tables[asked.TableID]
	if !ok || (table.LockedBy != "" && table.LockedBy != asked.Tid) {
		return map[string]any{"confirmed": false, "userMessage": "This table is not available."}
	}
	table.LockedBy = asked.Tid
	if err := r.save(); err != nil {
		return map[string]any{"confirmed": false, "userMessage": "The till cannot save its tables."}
	}
	fmt.Printf("%s locks table %s: %d to pay\n", asked.Tid, asked.TableID, table.left())
	return map[string]any{"confirmed": true, "amount": table.left(), "currency": currency}
}

func (r *restaurant) bill(name string) []receiptLine {
	table, ok := r.tables[name]
	if !ok {
		return []receiptLine{}
	}
	toPay := fmt.Sprintf("%.2f", float64(table.left())/100)
	return []receiptLine{
		{Value: "Table " + name, Format: []string{"BOLD"}},
		{Value: fmt.Sprintf("To pay %17s", toPay)},
	}
}

// book: a payment may be told twice; its paymentId is booked once.
func (r *restaurant) book(told tableRequest) error {
	paidTable, ok := r.tables[told.TableID]
	if !ok {
		// Money is booked even if this till has lost the table.
		paidTable = &table{Payments: map[string]payment{}}
		r.tables[told.TableID] = paidTable
	}
	for _, paid := range told.Payments {
		how := "is booked"
		if _, known := paidTable.Payments[paid.PaymentID]; known {
			how = "is booked already"
		}
		paidTable.Payments[paid.PaymentID] = paid
		fmt.Printf("table %s: %d %s\n", told.TableID, paid.AmountPaid, how)
	}
	return r.save()
}

func (r *restaurant) unlock(told tableRequest) error {
	table, ok := r.tables[told.TableID]
	// As a precaution the gateway also unlocks what this card machine does not hold.
	if !ok || table.LockedBy != told.Tid {
		return nil
	}
	table.LockedBy = ""
	fmt.Printf("%s unlocks table %s\n", told.Tid, told.TableID)
	return r.save()
}

func (r *restaurant) save() error {
	text, err := json.MarshalIndent(r.tables, "", "  ")
	if err != nil {
		return err
	}
	file, err := os.Create(r.path + ".new")
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.Write(text); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	return os.Rename(r.path+".new", r.path)
}

// serve runs until the gateway refuses this till.
func serve(uri, path string) int {
	restaurant, err := openRestaurant(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	line := newLine(uri, restaurant)
	if err := line.start(); err == nil {
		fmt.Fprintln(os.Stderr, "refused:", <-line.closed)
	} else {
		fmt.Fprintln(os.Stderr, "refused:", err)
	}
	return 1
}
