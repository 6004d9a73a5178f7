package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// silence is how long the line may say nothing: the gateway pings every 20 s.
const silence = 45 * time.Second

var errNotConnected = errors.New("not connected: nothing was sent")

// A message of JSON-RPC 2.0 as it arrives: a request, a notification, or the answer to a request.
type message struct {
	ID     json.RawMessage `json:"id"` // as it came, so that it goes back unchanged
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Data    struct {
			UserMessage string `json:"userMessage"`
		} `json:"data"`
	} `json:"error"`
}

// A handler gets what the gateway sends, in order. It must be quick: gorilla/websocket answers pings
// only inside ReadMessage, which is not called meanwhile. It may call answer later, in a goroutine of its own.
type handler interface {
	onRequest(method string, params json.RawMessage, answer func(result any))
	// If it fails, the connection is dropped, and the gateway sends a notice again on the next one.
	onNotification(method string, params json.RawMessage) error
}

// A line is a till's connection to the gateway, opened again whenever it is lost.
type line struct {
	uri     string
	handler handler

	mutex   sync.Mutex
	conn    *websocket.Conn // nil while there is no connection
	lastID  int64
	waiting map[int64]chan message

	opened chan struct{} // closed once the gateway has accepted this till
	closed chan error    // gets why the gateway refuses this till for good
}

func newLine(uri string, handler handler) *line {
	now := time.Now().UTC()
	return &line{
		uri:     uri,
		handler: handler,
		// An id must not come again within a day, for which the gateway keeps results.
		lastID:  now.UnixMilli() / 100 % 864_000,
		waiting: map[int64]chan message{},
		opened:  make(chan struct{}),
		closed:  make(chan error, 1),
	}
}

// start returns when the gateway has accepted this till.
func (l *line) start() error {
	go l.run()
	select {
	case <-l.opened:
		return nil
	case err := <-l.closed:
		return err
	}
}

// request gives a channel of the whole answer. With an epos-id the answer may come on a later
// connection, so give the wait a limit.
func (l *line) request(method string, params any) (<-chan message, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.conn == nil {
		return nil, errNotConnected
	}
	l.lastID++
	answer := make(chan message, 1)
	l.waiting[l.lastID] = answer
	// If the connection is lost here, the request may have arrived all the same.
	_ = l.conn.WriteJSON(map[string]any{
		"jsonrpc": "2.0", "id": l.lastID, "method": method, "params": params,
	})
	return answer, nil
}

// finish is for a program that ends after a result: the gateway's ping, whose pong confirms the
// delivery, comes before this answer.
func (l *line) finish() {
	if answer, err := l.request("connectedTerminals", struct{}{}); err == nil {
		select {
		case <-answer:
		case <-time.After(10 * time.Second):
		}
	}
}

func (l *line) run() {
	pause := time.Second
	for {
		conn, response, err := websocket.DefaultDialer.Dial(l.uri, nil)
		if err == nil {
			pause = time.Second
			err = l.read(conn)
			conn.Close()
		} else if why := refusal(response); why != "" {
			l.closed <- errors.New(why)
			return
		}
		l.use(nil)
		// Another till took over, or the token was revoked.
		if websocket.IsCloseError(err, 4001, 4003) {
			l.closed <- err
			return
		}
		fmt.Fprintln(os.Stderr, "not connected:", err)
		// Tills that were disconnected together must not come back together.
		time.Sleep(retryAfter(response) + pause/2 + time.Duration(rand.Int63n(int64(pause/2))))
		if pause *= 2; pause > 30*time.Second {
			pause = 30 * time.Second
		}
	}
}

func (l *line) use(conn *websocket.Conn) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.conn = conn
}

func (l *line) read(conn *websocket.Conn) error {
	answerPing := conn.PingHandler()
	conn.SetPingHandler(func(payload string) error {
		_ = conn.SetReadDeadline(time.Now().Add(silence))
		return answerPing(payload)
	})
	_ = conn.SetReadDeadline(time.Now().Add(silence))
	l.use(conn)
	fmt.Println("connected")
	select {
	case <-l.opened:
	default:
		close(l.opened)
	}
	for {
		var received message
		if err := conn.ReadJSON(&received); err != nil {
			return err
		}
		if err := l.receive(conn, received); err != nil {
			return err
		}
	}
}

func (l *line) receive(conn *websocket.Conn, received message) error {
	switch {
	case received.Method == "":
		l.answered(received)
	case !present(received.ID):
		return l.handler.onNotification(received.Method, received.Params)
	default:
		l.handler.onRequest(received.Method, received.Params, func(result any) {
			l.mutex.Lock()
			defer l.mutex.Unlock()
			// If this connection is lost, the gateway sends the request again on the next one.
			_ = conn.WriteJSON(map[string]any{"jsonrpc": "2.0", "id": received.ID, "result": result})
		})
	}
	return nil
}

func (l *line) answered(received message) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if id, err := strconv.ParseInt(string(received.ID), 10, 64); err == nil {
		if answer, ok := l.waiting[id]; ok {
			delete(l.waiting, id)
			answer <- received
			return
		}
	}
	// An error without an id, or a result that an earlier run of this till has missed.
	fmt.Fprintf(os.Stderr, "unclaimed: %.200s %+v\n", received.Result, received.Error)
}

// present: a RawMessage is the text null where the message has a null.
func present(value json.RawMessage) bool {
	return len(value) > 0 && string(value) != "null"
}

// retryAfter is how long the gateway, or a proxy before it, wants to be left alone; heeded up to 60 s.
func retryAfter(response *http.Response) time.Duration {
	if response == nil {
		return 0
	}
	seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
	if seconds > 60 {
		seconds = 60
	}
	return time.Duration(seconds) * time.Second
}

// refusal is why the gateway itself refuses this address for good; "" if it may be tried again.
func refusal(response *http.Response) string {
	// 429 and 5xx pass by themselves. Any other without the gateway's own body is a proxy's.
	if response == nil || response.StatusCode < 400 || response.StatusCode == 429 || response.StatusCode >= 500 {
		return ""
	}
	var body struct{ Error, Message string }
	if json.NewDecoder(response.Body).Decode(&body) != nil || body.Error == "" {
		return ""
	}
	return body.Message
}
