// A message as a program in Go, on gorilla/websocket. Pure.

import type { ProgramParts } from './program-parts.ts';
import { quoted, urlText } from './program-parts.ts';

export function goProgram(parts: ProgramParts): string {
  const isSecret = parts.url.length > 1;
  return `// go get github.com/gorilla/websocket, or Debian's golang-github-gorilla-websocket-dev.
package main

import (
	"encoding/json"
	"fmt"
	"log"
${isSecret ? '\t"os"\n' : ''}
	"github.com/gorilla/websocket"
)

const message = ${literal(parts.message)}

func main() {
	url := ${urlText(parts, 'os.Getenv("TILLGATE_TOKEN")')}
	socket, _, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer socket.Close()
	if err := socket.WriteMessage(websocket.TextMessage, []byte(message)); err != nil {
		log.Fatal(err)
	}
	for isAnswered := false; !isAnswered; {
		_, text, err := socket.ReadMessage()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(string(text))
		// Progress and questions of the gateway have a method, the answer has none; that to a batch is an array.
		var received struct {
			Method string \`json:"method"\`
		}
		isAnswered = json.Unmarshal(text, &received) != nil || received.Method == ""
	}
	end := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	if err := socket.WriteMessage(websocket.CloseMessage, end); err != nil {
		log.Fatal(err)
	}
}
`;
}

/** A raw string has no backquote and loses carriage returns. */
function literal(message: string): string {
  return /[`\r]/.test(message) ? quoted(message) : `\`${message}\``;
}
