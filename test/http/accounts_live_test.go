package http_test

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// balanceOf returns the balance in a row of the read model of accounts.
func balanceOf(t *testing.T, f frame) int64 {
	t.Helper()
	var row struct {
		Balance int64 `json:"balance"`
	}
	if err := json.Unmarshal(f.raw, &row); err != nil {
		t.Fatal(err)
	}
	return row.Balance
}

// rows reads rows from a streaming answer until a row has the given balance. It returns the
// balances of the rows in their order.
func (s *subscriber) rows(balance int64) (balances []int64, last frame) {
	s.t.Helper()
	for {
		f, ok := s.next()
		if !ok || f.End != nil {
			s.t.Fatalf("the answer ends with %+v after %v", f.End, balances)
		}
		if f.kind != "row" {
			continue
		}
		balances = append(balances, balanceOf(s.t, f))
		if balances[len(balances)-1] == balance {
			return balances, f
		}
	}
}

// A client requests an account as server-sent events. The answer begins with the current version of
// the account, and then sends each newer version. The client never gets an older version after a
// newer one, even if it continues at another API process.
func TestAnAccountIsFollowed(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	second := s.beside(s.environment...)
	account := s.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`).Header.Get("Location")
	position := s.post(account+"/deposits", `{"amount":5}`).Header.Get("Event-Position")
	live := s.follow(t, account, "Min-Position", position)
	if first, _ := live.rows(5); !slices.Equal(first, []int64{5}) {
		t.Errorf("the answer begins with %v", first)
	}
	for range 20 {
		s.post(account+"/deposits", `{"amount":5}`)
	}
	balances, last := live.rows(105)
	if !slices.IsSorted(balances) || len(slices.Compact(slices.Clone(balances))) != len(balances) {
		t.Errorf("the versions are %v", balances)
	}
	s.api.End(os.Kill)
	second.post(account+"/deposits", `{"amount":5}`)
	resumed := second.follow(t, account, "Last-Event-ID", last.id)
	if balances, _ := resumed.rows(110); slices.ContainsFunc(balances, func(b int64) bool { return b < 105 }) {
		t.Errorf("after the change of the process the versions are %v", balances)
	}
	if err := second.api.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if end := resumed.end(); end.Code != "draining" {
		t.Errorf("it ends with %+v", end)
	}
}

// A client requests an account as server-sent events. The read model can't apply an event of the
// account, and parks the account's stream. The answer then sends a message about this. After the
// event was applied, the answer sends the new version of the account.
func TestAParkedAccountIsFollowed(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	account := s.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`).Header.Get("Location")
	position := s.post(account+"/deposits", `{"amount":5}`).Header.Get("Event-Position")
	live := s.follow(t, account, "Min-Position", position)
	live.rows(5)
	s.spoil(`ALTER TABLE balances ADD CONSTRAINT spoiled CHECK (balance <> 10)`)
	parked := s.post(account+"/deposits", `{"amount":5}`).Header.Get("Event-Position")
	f, _ := live.next()
	for f.kind == "position" {
		f, _ = live.next()
	}
	if f.kind != "parked" || !strings.Contains(string(f.raw), `"parked_position":"`+parked+`"`) {
		t.Errorf("got %s %s", f.kind, f.raw)
	}
	s.spoil(`WITH unparked AS (DELETE FROM parked_streams) UPDATE balances SET balance = 11, version = version + 1`)
	if _, last := live.rows(11); last.id < parked {
		t.Errorf("the row reflects %s, before %s", last.id, parked)
	}
}

// The owner of an account can get its events as a page, as server-sent events and as lines of JSON;
// other subjects can't. A streaming answer refuses the query parameters of a page, and a page
// refuses the query parameters of a streaming answer.
func TestAnAccountsEventsAreFollowed(t *testing.T) {
	t.Parallel()
	g := newGuarded(t)
	ada, bob, operator := g.as("ada", both), g.as("bob", both), g.as("eve", both+" operate")
	account := g.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`, ada...).Header.Get("Location")
	other := g.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`, ada...).Header.Get("Location")
	g.post(other+"/deposits", `{"amount":5}`, ada...)
	path := account + "/events"
	events := g.follow(t, path+"?after=0", ada...)
	lines := g.follow(t, path+"?after=0", append([]string{"Accept", "application/x-ndjson"}, ada...)...)
	last := positionOf(t, g.post(account+"/deposits", `{"amount":5}`, ada...).Header)
	for _, sub := range []*subscriber{events, lines} {
		if got, _ := sub.until(last); !slices.Equal(got, []int64{1, last}) {
			t.Errorf("got %v", got)
		}
	}
	whole := g.follow(t, path+"?follow=false&type=account.opened", append([]string{"Accept", "application/x-ndjson"}, ada...)...)
	if end := whole.end(); end.Code != "complete" || end.Position != strconv.FormatInt(last, 10) {
		t.Errorf("it ends with %+v", end)
	}
	for _, headers := range [][]string{bob, operator} {
		for _, form := range []string{"text/event-stream", "application/x-ndjson", "application/json"} {
			g.want(g.get(path, "", append([]string{"Accept", form}, headers...)...), 404, "not_found")
			if form != "application/x-ndjson" {
				g.want(g.get(account, "", append([]string{"Accept", form}, headers...)...), 404, "not_found")
			}
		}
	}
	for parameter, form := range map[string]string{
		"version=1": "text/event-stream", "at=2026-01-01T00:00:00Z": "application/x-ndjson", "limit=1": "text/event-stream",
		"after=1": "application/json", "type=account.opened": "application/json", "follow=true": "application/json",
	} {
		answer := g.get(path+"?"+parameter, "", append([]string{"Accept", form}, ada...)...)
		name, _, _ := strings.Cut(parameter, "=")
		if g.want(answer, 400, "invalid_request"); !strings.Contains(answer.Body, `"field":"`+name+`"`) {
			t.Errorf("%s as %s: %s", parameter, form, answer.Body)
		}
	}
	for _, path := range []string{"/v1/feed", path, account} { // the answer to HEAD has the same headers as a streaming answer
		if head := g.send("HEAD", path, "", append([]string{"Accept", "text/event-stream"}, ada...)...); head.Status != 200 || head.Header.Get("Content-Type") != "text/event-stream" {
			t.Errorf("HEAD %s: got %d %v", path, head.Status, head.Header)
		}
	}
	g.want(g.get(account, "", append([]string{"Accept", "application/x-ndjson"}, ada...)...), 406, "not_acceptable")
	g.want(g.get(account, "", append([]string{"Accept", "text/event-stream", "Last-Event-ID", "1000000", "Prefer", "wait=0"}, ada...)...), 409, "position_ahead")
	bad := g.get(account, "", append([]string{"Accept", "text/event-stream", "Last-Event-ID", "9999999999999999999"}, ada...)...)
	if g.want(bad, 400, "invalid_request"); !strings.Contains(bad.Body, "Last-Event-ID") {
		t.Error(bad.Body)
	}
}
