package caller

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/contracttest"
)

// Caller sends HTTP requests to one address. A Caller is safe for concurrent use.
type Caller struct {
	t       testing.TB
	client  *http.Client
	address string
}

// New returns a Caller that sends requests to address, which has the form host:port. The Caller
// compares every answer with the OpenAPI contract.
func New(t testing.TB, contract *contracttest.Contract, address string) *Caller {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	return &Caller{t, contract.Client(t, transport), address}
}

// At returns a Caller that sends requests to another address of the same API.
func (c *Caller) At(address string) *Caller { return &Caller{c.t, c.client, address} }

// Reply is an HTTP answer whose body was read completely.
type Reply struct {
	Status int
	Header http.Header
	Body   string
}

// Fields returns the fields of the answer's body. The test fails if the body is not a JSON object.
func (r Reply) Fields(t testing.TB) map[string]any {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal([]byte(r.Body), &fields); err != nil {
		t.Fatalf("body %q: %v", r.Body, err)
	}
	return fields
}

// Want expects that the answer has this status. If code is not empty, Want also expects that the
// answer is a problem (RFC 9457) with this code.
func (r Reply) Want(t testing.TB, status int, code string) {
	t.Helper()
	got := ""
	if r.Status >= 400 {
		got, _ = r.Fields(t)["code"].(string)
	}
	if r.Status != status || got != code {
		t.Errorf("got %d %s, want %d %s", r.Status, r.Body, status, code)
	}
}

// Send sends a request. The parameter headers contains the name of each header, followed by its
// value. If the request fails, the test fails, and Send returns an empty Reply.
func (c *Caller) Send(method, path, body string, headers ...string) Reply {
	c.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, "http://"+c.address+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := c.client.Do(r)
	if err != nil {
		c.t.Errorf("%s %s: %v", method, path, err)
		return Reply{}
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Errorf("%s %s: %v", method, path, err)
	}
	if at, err := answer.Location(); err == nil { // a client also resolves a relative Location against the URL of the request
		answer.Header.Set("Location", at.Path)
	}
	return Reply{answer.StatusCode, answer.Header, string(text)}
}

// Post sends a command, with the method POST.
func (c *Caller) Post(path, body string, headers ...string) Reply {
	c.t.Helper()
	return c.Send(http.MethodPost, path, body, headers...)
}

// Get sends a query. If position is not empty, the query has the header Min-Position with this
// position.
func (c *Caller) Get(path, position string, headers ...string) Reply {
	c.t.Helper()
	if position != "" {
		headers = append(headers, "Min-Position", position)
	}
	return c.Send(http.MethodGet, path, "", headers...)
}
