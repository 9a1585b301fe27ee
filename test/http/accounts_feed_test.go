package http_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
)

// frame is one event of a feed, or the message about the end of the feed. The client received it as
// a server-sent event or as a line of NDJSON.
type frame struct {
	Position string          `json:"position"`
	Type     string          `json:"type"`
	StreamID string          `json:"stream_id"`
	Data     json.RawMessage `json:"data"`
	End      *ended          `json:"end"`
	Code     string          `json:"code"` // why the feed ends, in the message about its end

	kind, id string // fields "event" and "id" of a server-sent event
	raw      []byte // the whole JSON of the frame
}

type ended struct {
	Code     string `json:"code"`
	Position string `json:"position"`
}

// subscriber reads the events of one HTTP answer that stays open.
type subscriber struct {
	t      *testing.T
	answer *http.Response
	lines  *bufio.Reader
	events bool
}

// subscribe requests the feed. The test fails if the answer does not have status 200.
func (s *stack) subscribe(t *testing.T, query string, headers ...string) *subscriber {
	t.Helper()
	return s.follow(t, "/v1/feed"+query, headers...)
}

// follow opens a streaming answer, by default with server-sent events. The test fails if the status
// of the answer is not 200.
func (s *stack) follow(t *testing.T, path string, headers ...string) *subscriber {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // a missing event must not block the test
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.api.Address+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := (&http.Client{}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("got %d", answer.StatusCode)
	}
	return &subscriber{t, answer, bufio.NewReader(answer.Body), answer.Header.Get("Content-Type") == "text/event-stream"}
}

// next returns the next frame of the answer. If the answer has ended, ok is false.
func (s *subscriber) next() (f frame, ok bool) {
	s.t.Helper()
	kind, id := "", ""
	for {
		line, err := s.lines.ReadString('\n')
		if err != nil {
			return frame{}, false
		}
		line = strings.TrimSuffix(line, "\n")
		if s.events {
			if name, found := strings.CutPrefix(line, "event: "); found {
				kind = name
			}
			if value, found := strings.CutPrefix(line, "id: "); found {
				id = value
			}
			if line, ok = strings.CutPrefix(line, "data: "); !ok {
				continue
			}
		}
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			s.t.Fatalf("%q: %v", line, err)
		}
		if kind == "end" {
			f.End = &ended{f.Code, f.Position}
		}
		f.kind, f.id, f.raw = kind, id, []byte(line)
		return f, true
	}
}

// until reads events up to a position, and returns the positions of these events.
func (s *subscriber) until(position int64) (positions []int64, all []frame) {
	s.t.Helper()
	for {
		f, ok := s.next()
		if !ok {
			s.t.Fatalf("the answer ends after %v", positions)
		}
		if f.End != nil {
			s.t.Fatalf("the feed ends with %+v after %v", f.End, positions)
		}
		at, err := strconv.ParseInt(f.Position, 10, 64)
		if err != nil {
			s.t.Fatal(err)
		}
		if f.Type != "" {
			positions, all = append(positions, at), append(all, f)
		}
		if at >= position {
			return positions, all
		}
	}
}

// end reads the rest of the answer, and returns the code with which the server explains the end.
func (s *subscriber) end() ended {
	s.t.Helper()
	for {
		f, ok := s.next()
		if !ok {
			s.t.Fatal("the answer ends without a word")
		}
		if f.End != nil {
			return *f.End
		}
	}
}

// dataOf returns the data of all frames.
func dataOf(frames []frame) string {
	var all strings.Builder
	for _, f := range frames {
		all.Write(f.Data)
	}
	return all.String()
}

func positionOf(t *testing.T, header http.Header) int64 {
	t.Helper()
	position, err := strconv.ParseInt(header.Get("Event-Position"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return position
}

// upTo returns the positions from 1 to last.
func upTo(last int64) (positions []int64) {
	for position := int64(1); position <= last; position++ {
		positions = append(positions, position)
	}
	return positions
}

// A client can read the feed in three forms: page by page, as server-sent events, or as NDJSON. In
// each form the client gets every event once and in order. A streaming answer also has the events
// that are appended after the request.
func TestEachFormOfTheFeedHasAllEvents(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	account := s.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`).Header.Get("Location")
	live := s.subscribe(t, "?after=0")
	lines := s.subscribe(t, "?after=0", "Accept", "application/x-ndjson")
	var last int64
	for range 20 {
		last = positionOf(t, s.post(account+"/deposits", `{"amount":5}`).Header)
	}
	for name, sub := range map[string]*subscriber{"text/event-stream": live, "application/x-ndjson": lines} {
		if got, _ := sub.until(last); !slices.Equal(got, upTo(last)) {
			t.Errorf("%s: got %v", name, got)
		}
	}
	export := s.subscribe(t, "?follow=false", "Accept", "application/x-ndjson")
	if got, _ := export.until(last); !slices.Equal(got, upTo(last)) {
		t.Errorf("the export has %v", got)
	}
	if end := export.end(); end.Code != "complete" || end.Position != strconv.FormatInt(last, 10) {
		t.Errorf("the export ends with %+v", end)
	}
	var paged []int64
	for path := "/v1/feed?limit=8"; path != ""; {
		page := s.get(path, "")
		s.want(page, 200, "")
		var body struct {
			Items []struct {
				Position int64 `json:"position,string"`
			} `json:"items"`
		}
		if err := json.Unmarshal([]byte(page.Body), &body); err != nil {
			t.Fatal(err)
		}
		for _, item := range body.Items {
			paged = append(paged, item.Position)
		}
		link, _, more := strings.Cut(strings.TrimPrefix(page.Header.Get("Link"), "<"), ">")
		if path = ""; more {
			path = "/v1/" + link
		}
	}
	if !slices.Equal(paged, upTo(last)) {
		t.Errorf("the pages have %v", paged)
	}
	deposits, _ := s.subscribe(t, "?after=0&type=account.money_*").until(last)
	if !slices.Equal(deposits, upTo(last)[1:]) {
		t.Errorf("the deposits are %v", deposits)
	}
}

// A subject gets only the events of its own accounts and customers, in every form of the feed. An
// operator gets the events of all subjects, but without personal data.
func TestTheFeedShowsEverybodyTheirOwn(t *testing.T) {
	t.Parallel()
	g, _, _ := newPrivate(t)
	ada, bob, operator := g.as("ada", both), g.as("bob", both), g.as("eve", both+" operate")
	customer := g.post("/v1/customers", body(zaphod.name, zaphod.email), ada...).Header.Get("Location")
	g.want(g.post("/v1/accounts", `{"owner":"Bob","currency":"EUR"}`, bob...), 201, "")
	g.want(g.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`, ada...), 201, "")
	g.want(g.post("/v1/accounts", `{"owner":"Bob","currency":"USD"}`, bob...), 201, "")
	for _, form := range []string{"text/event-stream", "application/x-ndjson"} {
		for name, want := range map[string]struct {
			headers []string
			events  []int64
			shown   string
		}{
			"ada": {ada, []int64{1, 3}, zaphod.name}, "bob": {bob, []int64{2, 4}, "Bob"}, "operator": {operator, []int64{1, 2, 3, 4}, `"name":{"personal":true}`},
		} {
			got, frames := g.subscribe(t, "?after=0", slices.Concat(want.headers, []string{"Accept", form})...).until(want.events[len(want.events)-1])
			if text := dataOf(frames); !slices.Equal(got, want.events) || !strings.Contains(text, want.shown) || name != "ada" && strings.Contains(text, zaphod.name) {
				t.Errorf("%s as %s: got %v: %s", name, form, got, text)
			}
		}
	}
	stream := "?stream=" + customer[strings.LastIndex(customer, "/")+1:]
	g.want(g.get("/v1/feed"+stream, "", bob...), 404, "not_found")
	g.want(g.get("/v1/feed?stream="+uuid.NewString(), "", bob...), 404, "not_found")
	g.want(g.get("/v1/feed"+stream, "", ada...), 200, "")
	g.want(g.get("/v1/feed", "", operator...), 200, "")
	await.True(t, "the log names the operator, and nobody else, as an operator", func() bool {
		operators := 0
		for line := range strings.Lines(g.api.Said()) {
			if strings.Contains(line, "operator's request") {
				operators++
				if !strings.Contains(line, "eve") || !strings.Contains(line, "/v1/feed") {
					t.Error(line)
				}
			}
		}
		return operators == 3
	})
	g.want(g.send("DELETE", customer, "", ada...), 200, "")
	_, frames := g.subscribe(t, "?after=0", ada...).until(5)
	if text := dataOf(frames); strings.Contains(text, "Zaphod") || !strings.Contains(text, `"name":null`) {
		t.Errorf("after the erasure: %s", text)
	}
}

// The API process of a subscriber is killed. The subscriber continues at another process, from the
// id of the last event that it has received. The subscriber misses no event, and gets no event
// twice.
func TestTheFeedGoesOnAtAnotherProcess(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	second := s.beside(s.environment...)
	account := s.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`).Header.Get("Location")
	first := s.subscribe(t, "?after=0")
	var last int64
	for range 10 {
		last = positionOf(t, s.post(account+"/deposits", `{"amount":5}`).Header)
	}
	got, _ := first.until(last)
	s.api.End(os.Kill)
	if _, more := first.next(); more {
		t.Error("the answer of a killed process goes on")
	}
	resumed := second.subscribe(t, "", "Last-Event-ID", strconv.FormatInt(last, 10))
	for range 10 {
		last = positionOf(t, second.post(account+"/deposits", `{"amount":5}`).Header)
	}
	rest, _ := resumed.until(last)
	if got = append(got, rest...); !slices.Equal(got, upTo(last)) {
		t.Errorf("got %v", got)
	}
	if err := second.api.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if end := resumed.end(); end.Code != "draining" || end.Position != strconv.FormatInt(last, 10) {
		t.Errorf("it ends with %+v", end)
	}
}

func TestTheFeedEndsWithItsToken(t *testing.T) {
	t.Parallel()
	g := newGuarded(t)
	claims := g.issuer.Claims("ada", both)
	claims["exp"] = time.Now().Add(3 * time.Second).Unix()
	began := time.Now()
	end := g.subscribe(t, "", g.with(claims)...).end()
	if took := time.Since(began); end.Code != "token_expired" || took < time.Second || took > 10*time.Second {
		t.Errorf("it ends with %+v after %v", end, took)
	}
}

// A subscriber opens the feed and does not read it. The API closes this connection, and other
// subscribers get their events without a delay.
func TestASubscriberThatReadsNothingIsCutOff(t *testing.T) {
	t.Parallel()
	s := newStack(t, "FEED_WRITE_TIMEOUT=1s")
	account := s.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`).Header.Get("Location")
	stream, data := uuid.New(), `{"amount":1,"reference":"`+strings.Repeat("x", 1000)+`"}`
	rig.CopyEvents(t, rig.Connect(t, s.url), 1, 40_000, func(i int) rig.Copied {
		return rig.Copied{StreamType: "account", Stream: stream, Version: int64(i) + 1, Type: "account.money_deposited", Data: data, At: time.Now()}
	})
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.api.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetReadBuffer(4 << 10)
	}
	if _, err := fmt.Fprintf(connection, "GET /v1/feed?after=0 HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\n\r\n", s.api.Address); err != nil {
		t.Fatal(err)
	}
	other := s.subscribe(t, "?after=40001")
	await.True(t, "the subscriber is cut off", func() bool {
		last := positionOf(t, s.post(account+"/deposits", `{"amount":5}`).Header)
		other.until(last)
		return strings.Contains(s.api.Metrics(), `http_streams_ended_total{why="too slow"} 1`)
	})
}

// If a parameter of the feed is wrong, the error names it. If too many streaming answers are open,
// the API refuses the next one.
func TestWhatTheFeedRefuses(t *testing.T) {
	t.Parallel()
	s := newStack(t, "FEED_CONNECTIONS=2")
	position := s.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`).Header.Get("Event-Position")
	for query, field := range map[string]string{
		"?after=x": "after", "?after=-1": "after", "?after=99999999999999999999": "after", "?after=9999999999999999999": "after", "?type=A": "type.0", "?stream=x": "stream",
		"?follow=maybe": "follow", "?epoch=1": "epoch", "?types=a": "types", "?" + strings.Repeat("type=a&", 21): "type", "?follow=false": "follow",
	} {
		answer := s.get("/v1/feed"+query, "")
		if s.want(answer, 400, "invalid_request"); !strings.Contains(answer.Body, `"field":"`+field+`"`) {
			t.Errorf("%s: %s", query, answer.Body)
		}
	}
	bad := s.get("/v1/feed", "", "Last-Event-ID", "x")
	if s.want(bad, 400, "invalid_request"); !strings.Contains(bad.Body, "Last-Event-ID") {
		t.Error(bad.Body)
	}
	s.want(s.get("/v1/feed", "", "Accept", "image/png"), 406, "not_acceptable")
	s.want(s.get("/v1/feed?after=1000000", ""), 409, "position_ahead")
	s.want(s.get("/v1/feed?epoch="+uuid.NewString(), "", "Prefer", "wait=0"), 409, "log_changed")
	s.want(s.get("/v1/feed?after="+position, ""), 200, "")
	s.subscribe(t, "")
	s.subscribe(t, "")
	r, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, "http://"+s.api.Address+"/v1/feed", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	third, err := (&http.Client{}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer third.Body.Close()
	if third.StatusCode != 503 || third.Header.Get("Retry-After") == "" {
		t.Errorf("the third of two is answered %d", third.StatusCode)
	}
}
