// A till in Go with gorilla/websocket.
//
//	till sale TID AMOUNT [accept|reject]   without the last word the cashier is asked about a signature
//	till tables FILE.json                 a restaurant till
//	till rehearse                         a counter till that is rehearsed
package main

import (
	"fmt"
	"os"
	"strings"
)

// onThisMachine: each site has its own host and token, each till its own epos-id.
const onThisMachine = "ws://127.0.0.1:8765/pac?token=00000000-0000-0000-0000-000000000000" +
	"&api-version=v1&software-house-id=ABC123&installer-id=123ABC&epos-id=TILL-1"

func main() {
	uri := os.Getenv("TILLGATE_URI")
	if uri == "" {
		uri = onThisMachine
	}
	args := append(os.Args[1:], "", "", "", "")
	switch args[0] {
	case "sale":
		amount, err := minorUnits(args[2])
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		os.Exit(sell(uri, args[1], amount, args[3]))
	case "rehearse":
		os.Exit(rehearse(os.Getenv("CONNECT_PAC_URI") + "&epos-id=GO-1"))
	case "tables":
		os.Exit(serve(strings.Replace(uri, "/pac?", "/pat?", 1), args[1]))
	}
}
