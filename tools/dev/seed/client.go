package seed

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"example.com/pgcqrs/tools/dev/running"
	"example.com/pgcqrs/tools/dev/story"
)

// patience is the time limit for a request, with its repetitions, and for a condition.
const patience = time.Minute

// client sends requests to the API. Each request has a token of its person.
type client struct {
	stack    running.Stack
	http     *http.Client
	tokens   map[story.Person]string
	position int64 // position of the last command, for the next query
}

func newClient(stack running.Stack) *client {
	return &client{stack: stack, http: &http.Client{Timeout: patience}, tokens: make(map[story.Person]string)}
}

// reply is the answer of the API. Code is the code of a problem, or "replayed".
type reply struct {
	status int
	header http.Header
	code   string
	body   string
}

func (r reply) String() string {
	return strings.TrimSpace(fmt.Sprintf("%d %s %.300s", r.status, r.code, strings.TrimSpace(r.body)))
}

// is reports whether a reply is what a story expects.
func (r reply) is(wanted story.Answer) bool {
	status := r.status == wanted.Status || wanted.Status == 0 && r.status/100 == 2
	return status && (wanted.Code == "" || wanted.Code == r.code)
}

// send sends a request. If the API is busy, send waits as long as the API says, and tries again.
func (c *client) send(ctx context.Context, as story.Person, method, path, body string, headers []story.Header) (reply, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		answer, err := c.once(ctx, as, method, path, body, headers)
		busy := answer.status == http.StatusTooManyRequests || answer.status == http.StatusServiceUnavailable && answer.code != "read_model_parked"
		wait, headerErr := strconv.Atoi(answer.header.Get("Retry-After"))
		if err != nil || !busy || headerErr != nil {
			return answer, err
		}
		select {
		case <-ctx.Done():
			return answer, nil
		case <-time.After(time.Duration(wait) * time.Second):
		}
	}
}

func (c *client) once(ctx context.Context, as story.Person, method, path, body string, headers []story.Header) (reply, error) {
	token, err := c.token(ctx, as)
	if err != nil {
		return reply{}, err
	}
	request, err := http.NewRequestWithContext(ctx, method, c.stack.API+path, strings.NewReader(body))
	if err != nil {
		return reply{}, fmt.Errorf("make request: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, header := range headers {
		request.Header.Set(header.Name, header.Value)
	}
	answer, err := c.do(request)
	if position, err := strconv.ParseInt(answer.header.Get("Event-Position"), 10, 64); err == nil && method != http.MethodGet && answer.status < 300 {
		c.position = max(c.position, position)
	}
	return answer, err
}

func (c *client) do(request *http.Request) (reply, error) {
	response, err := c.http.Do(request)
	if err != nil {
		return reply{header: http.Header{}}, fmt.Errorf("send request: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, 8<<20))
	if err != nil {
		return reply{header: http.Header{}}, fmt.Errorf("read answer: %w", err)
	}
	answer := reply{status: response.StatusCode, header: response.Header, body: string(text)}
	if response.Header.Get("Idempotency-Replayed") == "true" {
		answer.code = "replayed"
	}
	var problem struct {
		Code string `json:"code"`
	}
	if response.StatusCode >= http.StatusBadRequest && json.Unmarshal(text, &problem) == nil && problem.Code != "" {
		answer.code = problem.Code
	}
	return answer, nil
}

// token returns a token for a person, from the issuer of tokens for development.
func (c *client) token(ctx context.Context, as story.Person) (string, error) {
	if token := c.tokens[as]; token != "" {
		return token, nil
	}
	path := "/tokens/" + url.PathEscape(as.Name)
	if as.Scopes != "" {
		path += "?scope=" + url.QueryEscape(as.Scopes)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.stack.Issuer+path, http.NoBody)
	if err != nil {
		return "", fmt.Errorf("ask for a token: %w", err)
	}
	answer, err := c.do(request)
	if err == nil && answer.status != http.StatusOK {
		err = fmt.Errorf("the answer is %s", answer)
	}
	if err != nil {
		return "", fmt.Errorf("get a token from the issuer at %s (-issuer names another): %w", c.stack.Issuer, err)
	}
	c.tokens[as] = answer.body
	return answer.body, nil
}

// head returns the position of the last event of the log.
func (c *client) head(ctx context.Context, as story.Person) (string, error) {
	answer, err := c.send(ctx, as, http.MethodGet, "/v1/feed?after=now&limit=1", "", []story.Header{{Name: "Accept", Value: "application/json"}})
	if err != nil {
		return "", err
	}
	var page struct {
		Position string `json:"position"`
	}
	if err := json.Unmarshal([]byte(answer.body), &page); err != nil || page.Position == "" {
		return "", fmt.Errorf("the API at %s does not say where its log ends: %s", c.stack.API, answer)
	}
	return page.Position, nil
}
