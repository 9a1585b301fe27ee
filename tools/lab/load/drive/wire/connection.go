package wire

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Request is an HTTP request of a client. Empty fields are left out of the request.
type Request struct {
	Method      string
	Path        string
	Body        []byte
	Key         string // Idempotency-Key
	MinPosition string
	IfMatch     string // version in If-Match
	Correlation string // X-Correlation-Id
	Token       string // bearer token in Authorization
}

// Answer is an HTTP answer. The body of an Answer is valid until the next request on the
// connection.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Connection speaks HTTP/1.1 on one socket. A Connection is not safe for concurrent use. The load
// generator runs on the same machine as the measured service, so a Connection should use little
// processor time. The client of net/http needs one and a half times as much.
type Connection struct {
	address string
	timeout time.Duration
	socket  net.Conn
	reader  *bufio.Reader
	out     []byte
	in      bytes.Buffer
}

// NewConnection returns a connection to a process at host:port. The first request opens the socket.
// The parameter timeout is the time limit for each request.
func NewConnection(address string, timeout time.Duration) *Connection {
	return &Connection{address: address, timeout: timeout}
}

// Send sends a request and returns the answer. After an error, the next request opens a new socket.
func (c *Connection) Send(r Request) (Answer, error) {
	if err := c.connect(); err != nil {
		return Answer{}, err
	}
	answer, reusable, err := c.exchange(r)
	if err != nil || !reusable {
		c.Close()
	}
	return answer, err
}

func (c *Connection) connect() error {
	if c.socket != nil {
		return nil
	}
	socket, err := net.DialTimeout("tcp", c.address, c.timeout)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	c.socket = socket
	c.reader = bufio.NewReaderSize(socket, 4096)
	return nil
}

func (c *Connection) exchange(r Request) (answer Answer, reusable bool, err error) {
	if err := c.socket.SetDeadline(time.Now().Add(c.timeout)); err != nil {
		return Answer{}, false, fmt.Errorf("set deadline: %w", err)
	}
	c.out = r.appendTo(c.out[:0], c.address)
	if _, err := c.socket.Write(c.out); err != nil {
		return Answer{}, false, fmt.Errorf("send: %w", err)
	}
	response, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return Answer{}, false, fmt.Errorf("read answer: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	c.in.Reset()
	if _, err := c.in.ReadFrom(response.Body); err != nil {
		return Answer{}, false, fmt.Errorf("read body: %w", err)
	}
	return Answer{response.StatusCode, response.Header, c.in.Bytes()}, !response.Close, nil
}

// appendTo appends the bytes of the request, as they are sent to the server, to out.
func (r Request) appendTo(out []byte, host string) []byte {
	out = append(out, r.Method...)
	out = append(out, ' ')
	out = append(out, r.Path...)
	out = append(out, " HTTP/1.1\r\nHost: "...)
	out = append(out, host...)
	out = appendHeader(out, "Idempotency-Key", r.Key)
	out = appendHeader(out, "Min-Position", r.MinPosition)
	out = appendHeader(out, "X-Correlation-Id", r.Correlation)
	if r.Token != "" {
		out = append(append(out, "\r\nAuthorization: Bearer "...), r.Token...)
	}
	if r.IfMatch != "" {
		out = appendHeader(out, "If-Match", strconv.Quote(r.IfMatch))
	}
	if r.Method == http.MethodPost {
		out = append(out, "\r\nContent-Type: application/json\r\nContent-Length: "...)
		out = strconv.AppendInt(out, int64(len(r.Body)), 10)
	}
	out = append(out, "\r\n\r\n"...)
	return append(out, r.Body...)
}

func appendHeader(out []byte, name, value string) []byte {
	if value == "" {
		return out
	}
	out = append(out, "\r\n"...)
	out = append(out, name...)
	out = append(out, ": "...)
	return append(out, value...)
}

// Close closes the socket. The next request opens a new one.
func (c *Connection) Close() {
	if c.socket != nil {
		_ = c.socket.Close()
		c.socket = nil
	}
}
