// Reads messages into generated types and writes them again: lines of a type's name, a tab and JSON to lines of JSON.
// The generated file types.go has the types by name.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		name, text, _ := strings.Cut(lines.Text(), "\t")
		message := types[name]()
		if err := json.Unmarshal([]byte(text), message); err != nil {
			panic(err)
		}
		written, err := json.Marshal(message)
		if err != nil {
			panic(err)
		}
		fmt.Println(string(written))
	}
}
