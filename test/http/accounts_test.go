package http_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

const both = "accounts:read accounts:write"

// open opens an account, and returns its URL path and the position of the event.
func (s *stack) open(owner, currency string) (path, position string) {
	s.t.Helper()
	answer := s.post("/v1/accounts", fmt.Sprintf(`{"owner":%q,"currency":%q}`, owner, currency))
	s.want(answer, 201, "")
	return answer.Header.Get("Location"), answer.Header.Get("Event-Position")
}

func TestTheLifeOfAnAccount(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	account, _ := s.open("Ada Lovelace", "EUR")

	const key = "0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b"
	first := s.post(account+"/deposits", `{"amount":1250,"reference":"salary"}`, "Idempotency-Key", key)
	s.want(first, 200, "")
	again := s.post(account+"/deposits", `{"amount":1250,"reference":"salary"}`, "Idempotency-Key", key)
	if again.Status != 200 || again.Body != first.Body || again.Header.Get("ETag") != first.Header.Get("ETag") || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("replayed %d %v %s", again.Status, again.Header, again.Body)
	}
	s.want(s.post(account+"/deposits", `{"amount":1251}`, "Idempotency-Key", key), 422, "idempotency_key_reused")
	s.want(s.post(account+"/withdrawals", `{"amount":1251}`), 422, "insufficient_funds")
	s.want(s.post(account+"/withdrawals", `{"amount":250}`, "If-Match", `"1"`), 412, "precondition_failed")
	s.want(s.post(account+"/closure", `{}`), 422, "balance_not_zero")
	moved := s.post(account+"/withdrawals", `{"amount":250}`, "If-Match", first.Header.Get("ETag"))
	s.want(moved, 200, "")

	position := moved.Header.Get("Event-Position")
	shown := s.get(account, position)
	if fields := shown.Fields(t); fields["balance"] != 1000.0 || fields["version"] != 3.0 || fields["status"] != "open" {
		t.Errorf("got %s", shown.Body)
	}
	if tag := shown.Header.Get("ETag"); tag != moved.Header.Get("ETag") {
		t.Errorf("the account's tag is %s, the command's was %s", tag, moved.Header.Get("ETag"))
	}
	if s.get(account, position, "If-None-Match", `"3"`).Status != 304 {
		t.Error("the account is sent again to somebody who has it")
	}
	lines := s.get(account+"/statement", position).Body
	for _, line := range []string{`"kind":"deposit","amount":1250,"balance":1250,"reference":"salary"`, `"kind":"withdrawal","amount":250,"balance":1000`} {
		if !strings.Contains(lines, line) {
			t.Errorf("no %s in %s", line, lines)
		}
	}

	s.want(s.post(account+"/withdrawals", `{"amount":1000}`), 200, "")
	closed := s.post(account+"/closure", `{}`)
	s.want(closed, 200, "")
	s.want(s.post(account+"/deposits", `{"amount":1}`), 422, "account_closed")
	quiet := s.post(account+"/closure", `{}`)
	if quiet.Status != 200 || quiet.Body != closed.Body {
		t.Errorf("closing again answers %d %s", quiet.Status, quiet.Body)
	}
	if fields := s.get(account, closed.Header.Get("Event-Position")).Fields(t); fields["status"] != "closed" {
		t.Errorf("got %v", fields)
	}
}

func TestTheClientMayChooseTheID(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	body := `{"id":"0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b","owner":"Ada","currency":"EUR"}`
	first, second := s.post("/v1/accounts", body), s.post("/v1/accounts", body)
	if first.Status != 201 || first.Body != second.Body || first.Header.Get("Location") != "/v1/accounts/0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b" {
		t.Errorf("got %d %s, then %d %s", first.Status, first.Body, second.Status, second.Body)
	}
	s.want(s.post("/v1/accounts", strings.Replace(body, "Ada", "Eve", 1)), 422, "account_exists")
}

func TestARefusedCommandIsDecidedAnew(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	account, _ := s.open("Ada", "EUR")
	s.want(s.post(account+"/withdrawals", `{"amount":5}`, "Idempotency-Key", "k"), 422, "insufficient_funds")
	s.want(s.post(account+"/deposits", `{"amount":5}`), 200, "")
	answer := s.post(account+"/withdrawals", `{"amount":5}`, "Idempotency-Key", "k")
	if s.want(answer, 200, ""); answer.Header.Get("Idempotency-Replayed") != "" {
		t.Error("the refusal was remembered")
	}
}

func TestWhatThereIsNot(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	_, position := s.open("Ada", "EUR")
	nobody := "/v1/accounts/" + uuid.NewString()
	for _, command := range []string{"/deposits", "/withdrawals"} {
		s.want(s.post(nobody+command, `{"amount":1}`), 404, "not_found")
	}
	s.want(s.post(nobody+"/closure", `{}`), 404, "not_found")
	for _, query := range []string{"", "/statement", "/events", "/events?version=1"} {
		answer := s.get(nobody+query, position)
		if s.want(answer, 404, "not_found"); answer.Header.Get("Event-Position") == "" {
			t.Errorf("%s has no position", query)
		}
	}
	s.want(s.get("/v1/accounts/x", ""), 400, "invalid_request")
	s.want(s.get("/v2", ""), 404, "no_such_route")
	s.want(s.send(http.MethodPut, "/v1/accounts", `{}`), 405, "method_not_allowed")
	s.want(s.post("/v1/accounts", `{"owner":"Ada","currency":"XXY"}`), 422, "invalid_currency")
	s.want(s.post("/v1/accounts", strings.Repeat(" ", 1<<20)), 413, "body_too_large")
}

func TestListsAreWalkedPageByPage(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	position := ""
	for i := range 7 {
		path, _ := s.open(fmt.Sprintf("Owner %d", i%3), []string{"EUR", "USD"}[i%2])
		answer := s.post(path+"/deposits", fmt.Sprintf(`{"amount":%d}`, 100+i%2))
		position = answer.Header.Get("Event-Position")
	}
	for query, want := range map[string]int{
		"sort=opened_at": 7, "sort=-opened_at": 7, "sort=owner": 7, "sort=-owner": 7,
		"currency=EUR": 4, "owner=Owner+0&sort=-opened_at": 3, "status=closed": 0, "status=open&currency=USD&sort=owner": 3,
	} {
		if got := s.walk("/v1/accounts?limit=2&"+query, position); got != want {
			t.Errorf("%s: %d accounts, want %d", query, got, want)
		}
	}
	cursor := "eyJvIjoib3BlbmVkX2F0IiwiayI6IngifQ" // {"o":"opened_at","k":"x"}
	s.want(s.get("/v1/accounts?sort=opened_at&cursor="+cursor, ""), 400, "invalid_request")
}

// walk follows the links from page to page of a list, and counts the accounts. The test fails if an
// account is listed twice.
func (s *stack) walk(path, position string) int {
	s.t.Helper()
	seen := map[string]bool{}
	for {
		answer := s.get(path, position)
		s.want(answer, 200, "")
		items, _ := answer.Fields(s.t)["items"].([]any)
		for _, item := range items {
			id, _ := item.(map[string]any)["id"].(string)
			if seen[id] {
				s.t.Errorf("%s lists %s twice", path, id)
			}
			seen[id] = true
		}
		next := strings.TrimSuffix(strings.TrimPrefix(answer.Header.Get("Link"), "<"), `>; rel="next"`)
		if next == "" {
			break
		}
		path = strings.TrimSuffix(path, path[strings.LastIndex(path, "/")+1:]) + next // relative to the last segment of the path
	}
	return len(seen)
}

func TestHistoryShowsTheAccountAsItWas(t *testing.T) {
	t.Parallel()
	const parent, flow = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b"
	s := newStack(t)
	account, _ := s.open("Ada", "EUR")
	s.want(s.post(account+"/deposits", `{"amount":70}`, "traceparent", parent, "X-Correlation-Id", flow), 200, "")
	s.want(s.post(account+"/withdrawals", `{"amount":20}`), 200, "")
	all := s.get(account+"/events", "").Fields(t)
	if items, _ := all["items"].([]any); len(items) != 3 || all["state"] != nil {
		t.Errorf("got %v", all)
	}
	then := s.get(account+"/events?version=2", "").Fields(t)
	items, _ := then["items"].([]any)
	state, _ := then["state"].(map[string]any)
	if len(items) != 2 || state["balance"] != 70.0 || state["version"] != 2.0 {
		t.Fatalf("got %v", then)
	}
	second, _ := items[1].(map[string]any)
	metadata, _ := second["metadata"].(map[string]any)
	if metadata["traceparent"] != parent || metadata["correlation_id"] != flow || metadata["command_id"] == nil {
		t.Errorf("got %v", metadata)
	}
	at, _ := second["recorded_at"].(string)
	byTime := s.get(account+"/events?at="+at, "").Fields(t)
	if state, _ := byTime["state"].(map[string]any); state["balance"] != 70.0 {
		t.Errorf("at %s: got %v", at, byTime)
	}
	s.want(s.get(account+"/events?at=2020-01-01T00:00:00Z", ""), 404, "not_found")
}
