package http_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// Somebody else's account is not there: not to be read, changed, listed, waited for or
// found out about by any header or error, whatever the token may do.
func TestAnAccountIsThereForItsSubjectOnly(t *testing.T) {
	t.Parallel()
	g := newGuarded(t)
	ada, bob := g.as("ada", both), g.as("bob", both)
	opened := g.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`, ada...)
	g.want(opened, 201, "")
	account := opened.header.Get("Location")
	secret := append(ada, "Idempotency-Key", "pay-1")
	deposited := g.post(account+"/deposits", `{"amount":4711,"reference":"secret"}`, secret...)
	g.want(deposited, 200, "")
	position := deposited.header.Get("Event-Position")
	g.want(g.get(account, position, ada...), 200, "")

	nowhere := "/v1/accounts/" + uuid.NewString()
	for _, r := range routes(t, filepath.Base(account)) {
		if !strings.HasPrefix(r.path, account) {
			continue
		}
		for _, headers := range [][]string{nil, {"If-Match", "*"}, {"If-Match", `"2"`}, {"If-None-Match", `"2"`}, {"If-None-Match", "*"},
			{"Min-Position", position}, {"Idempotency-Key", "pay-1"}} {
			headers = append(headers, bob...)
			mine, none := g.send(r.method, r.path, r.body, headers...), g.send(r.method, strings.Replace(r.path, account, nowhere, 1), r.body, headers...)
			if mine.status != 404 || without(mine) != without(none) {
				t.Errorf("%s %s %v: got %d %s, and %d %s for an account that nobody has", r.method, r.id, headers[:len(headers)-2], mine.status, mine.body, none.status, none.body)
			}
		}
	}
	for _, query := range []string{"?version=1", "?version=2", "?at=" + time.Now().UTC().Format(time.RFC3339), "?limit=1"} {
		g.want(g.get(account+"/events"+query, "", bob...), 404, "not_found")
	}
	page := g.get(account+"/events?limit=1", "", ada...).fields(t)
	g.want(g.get(fmt.Sprintf("%s/events?cursor=%s", account, page["next_cursor"]), "", bob...), 404, "not_found")
	g.want(g.get(fmt.Sprintf("%s/events?cursor=%s", account, page["next_cursor"]), "", ada...), 200, "")

	g.want(g.post("/v1/accounts", fmt.Sprintf(`{"id":%q,"owner":"Ada","currency":"EUR"}`, filepath.Base(account)), bob...), 422, "account_exists")
	if list := g.get("/v1/accounts?owner=Ada", position, bob...); strings.Contains(list.body, "Ada") {
		t.Errorf("Bob's list: %s", list.body)
	}
	if list := g.get("/v1/accounts?sort=-owner", position, ada...); !strings.Contains(list.body, filepath.Base(account)) {
		t.Errorf("Ada's list: %s", list.body)
	}
}

// without is an answer without what differs from request to request.
func without(r reply) string {
	id := r.header.Get("X-Request-Id")
	return strings.ReplaceAll(r.body, id, "") + r.header.Get("Content-Type") + r.header.Get("ETag")
}

// Ids are unique over all kinds of streams: what is somebody's customer is nobody's account.
func TestAnIdThatIsAnothersKind(t *testing.T) {
	t.Parallel()
	g, _, _ := newPrivate(t)
	ada, bob := g.as("ada", both), g.as("bob", both)
	customer := filepath.Base(g.post("/v1/customers", body("Ada", "ada@example.com"), ada...).header.Get("Location"))
	for _, who := range [][]string{ada, bob} {
		g.want(g.post("/v1/accounts/"+customer+"/deposits", `{"amount":1}`, who...), 404, "not_found")
		g.want(g.get("/v1/accounts/"+customer+"/events", "", who...), 404, "not_found")
		g.want(g.post("/v1/accounts", fmt.Sprintf(`{"id":%q,"owner":"Ada","currency":"EUR"}`, customer), who...), 422, "id_taken")
	}
	account := filepath.Base(g.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`, ada...).header.Get("Location"))
	g.want(g.post("/v1/customers", fmt.Sprintf(`{"id":%q,"name":"Ada","email":"ada@example.com"}`, account), ada...), 422, "id_taken")
	g.want(g.send("DELETE", "/v1/customers/"+account, "", ada...), 404, "not_found")
}

// A key is its subject's: to another's command it is a new one.
func TestIdempotencyKeysAreTheSubjects(t *testing.T) {
	t.Parallel()
	g := newGuarded(t)
	key := []string{"Idempotency-Key", "open-1"}
	body := `{"owner":"Same","currency":"EUR"}`
	first := g.post("/v1/accounts", body, append(g.as("ada", both), key...)...)
	second := g.post("/v1/accounts", body, append(g.as("bob", both), key...)...)
	again := g.post("/v1/accounts", body, append(g.as("ada", both), key...)...)
	g.want(first, 201, "")
	g.want(second, 201, "")
	if first.body == second.body || second.header.Get("Idempotency-Replayed") != "" || again.body != first.body {
		t.Errorf("got %s, %s and %s", first.body, second.body, again.body)
	}
}
