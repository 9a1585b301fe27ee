package http_test

import (
	"fmt"
	"path"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// transferOf returns the body of a request for a transfer between the accounts at two paths.
func transferOf(from, to string, amount int) string {
	return fmt.Sprintf(`{"from":%q,"to":%q,"amount":%d,"reference":"rent"}`, path.Base(from), path.Base(to), amount)
}

// A transfer is recorded before any money moves. The answer has all that a client needs to follow
// the transfer, and a repeated request gets the same answer.
func TestATransferIsRequested(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	from, _ := s.open("Ada", "EUR")
	to, _ := s.open("Bob", "USD")
	s.want(s.post(from+"/deposits", `{"amount":700}`), 200, "")
	asked := s.post("/v1/transfers", transferOf(from, to, 700), "Idempotency-Key", "k")
	s.want(asked, 202, "")
	place, position := asked.Header.Get("Location"), asked.Header.Get("Event-Position")
	want := fmt.Sprintf(`{"id":%q,"version":1,"position":%q,"from":%q,"to":%q,"amount":700,"reference":"rent","status":"requested"}`,
		path.Base(place), position, path.Base(from), path.Base(to))
	if strings.TrimSpace(asked.Body) != want || asked.Header.Get("ETag") != `"1"` {
		t.Errorf("answered %v %s, want %s", asked.Header, asked.Body, want)
	}
	again := s.post("/v1/transfers", transferOf(from, to, 700), "Idempotency-Key", "k")
	if again.Status != 202 || again.Body != asked.Body || again.Header.Get("Location") != place || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("replayed %d %v %s", again.Status, again.Header, again.Body)
	}
	s.want(s.post("/v1/transfers", transferOf(from, to, 699), "Idempotency-Key", "k"), 422, "idempotency_key_reused")

	shown := s.get(place, position)
	s.want(shown, 200, "")
	fields := shown.Fields(t)
	for name, want := range map[string]any{
		"id": path.Base(place), "from": path.Base(from), "to": path.Base(to), "amount": 700.0, "currency": "EUR", "reference": "rent",
		"status": "requested", "code": nil, "version": 1.0, "updated_at": fields["requested_at"],
	} {
		if fields[name] != want {
			t.Errorf("%s is %v, want %v", name, fields[name], want)
		}
	}
	if shown.Header.Get("ETag") != `"1"` || s.get(place, position, "If-None-Match", `"1"`).Status != 304 {
		t.Errorf("the transfer has the tag %s", shown.Header.Get("ETag"))
	}
	if fields := s.get(from, position).Fields(t); fields["balance"] != 700.0 || fields["version"] != 2.0 {
		t.Errorf("the request has changed the account: %v", fields)
	}
	live := s.follow(t, place)
	if row, ok := live.next(); !ok || row.kind != "row" || !strings.Contains(string(row.raw), `"status":"requested"`) {
		t.Errorf("the transfer as it changes begins with %s %s", row.kind, row.raw)
	}
}

// If a rule already forbids the debit, the API refuses the request for the transfer immediately,
// with the code of the rule, and records nothing.
func TestATransferIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	from, _ := s.open("Ada", "EUR")
	gone, _ := s.open("Ada", "EUR")
	to, _ := s.open("Bob", "EUR")
	s.want(s.post(from+"/deposits", `{"amount":700}`), 200, "")
	s.want(s.post(gone+"/closure", `{}`), 200, "")
	customer := uuid.NewString()
	for body, want := range map[string]struct {
		status int
		code   string
	}{
		transferOf(from, to, 701):    {422, "insufficient_funds"},
		transferOf(from, from, 1):    {422, "same_account"},
		transferOf(gone, to, 1):      {422, "account_closed"},
		transferOf(from, to, 0):      {400, "invalid_request"},
		transferOf(from, to, -1):     {400, "invalid_request"},
		transferOf(customer, to, 1):  {404, "not_found"},
		transferOf("x", to, 1):       {400, "invalid_request"},
		transferOf(from, to, 1)[:20]: {400, "invalid_request"},
		strings.Replace(transferOf(from, to, 1), "}", `,"currency":"EUR"}`, 1):        {400, "invalid_request"},
		strings.Replace(transferOf(from, to, 1), "}", `,"id":"`+customer+`"}`, 1):     {400, "invalid_request"},
		strings.Replace(transferOf(from, to, 1), `"amount":1`, `"amount":1.5`, 1):     {400, "invalid_request"},
		strings.Replace(transferOf(from, to, 1), "rent", strings.Repeat("x", 141), 1): {400, "invalid_request"},
	} {
		s.want(s.post("/v1/transfers", body, "Idempotency-Key", "k"), want.status, want.code)
	}
	for _, query := range []string{"", "?account=x", "?account=" + path.Base(from) + "&status=requested", "?account=" + path.Base(from) + "&cursor=x", "?account=" + path.Base(from) + "&limit=0"} {
		s.want(s.get("/v1/transfers"+query, ""), 400, "invalid_request")
	}
	s.want(s.get("/v1/transfers/"+path.Base(from), ""), 404, "not_found")
	if n := count(t, s.url, `SELECT count(*) FROM events WHERE type LIKE 'transfer.%'`); n != 0 {
		t.Errorf("%d events were recorded", n)
	}
}

// The answer to a request does not depend on the receiving account: it is the same if that account
// is open, is closed, has another currency, belongs to somebody else, or does not exist.
func TestARequestTellsNothingAboutTheOtherAccount(t *testing.T) {
	t.Parallel()
	g := newGuarded(t)
	ada, bob := g.as("ada", both), g.as("bob", both)
	open := func(currency string, headers []string) string {
		answer := g.post("/v1/accounts", fmt.Sprintf(`{"owner":"x","currency":%q}`, currency), headers...)
		g.want(answer, 201, "")
		return answer.Header.Get("Location")
	}
	from, own, theirs, dollars, gone := open("EUR", ada), open("EUR", ada), open("EUR", bob), open("USD", bob), open("EUR", bob)
	g.want(g.post(gone+"/closure", `{}`, bob...), 200, "")
	g.want(g.post(from+"/deposits", `{"amount":700}`, ada...), 200, "")
	var answers []string
	for _, to := range []string{own, theirs, dollars, gone, uuid.NewString()} {
		answer := g.post("/v1/transfers", transferOf(from, to, 7), ada...)
		g.want(answer, 202, "")
		position := fmt.Sprintf(`"position":%q`, answer.Header.Get("Event-Position"))
		answers = append(answers, strings.ReplaceAll(anyID.ReplaceAllString(answer.Body, "ID"), position, ""))
		shown := g.get(answer.Header.Get("Location"), answer.Header.Get("Event-Position"), ada...).Fields(t)
		if shown["status"] != "requested" || shown["currency"] != "EUR" {
			t.Errorf("the transfer to %s is %v", to, shown)
		}
	}
	for _, answer := range answers {
		if answer != answers[0] {
			t.Errorf("answered %s and %s", answers[0], answer)
		}
	}
}

// A transfer exists only for the subject that has requested it. It does not exist for the subject
// that gets the money.
func TestATransferIsThereForItsSubjectOnly(t *testing.T) {
	t.Parallel()
	g := newGuarded(t)
	ada, bob := g.as("ada", both), g.as("bob", both)
	from := g.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`, ada...).Header.Get("Location")
	to := g.post("/v1/accounts", `{"owner":"Bob","currency":"EUR"}`, bob...).Header.Get("Location")
	g.want(g.post(from+"/deposits", `{"amount":700}`, ada...), 200, "")
	asked := g.post("/v1/transfers", transferOf(from, to, 7), ada...)
	g.want(asked, 202, "")
	place, position := asked.Header.Get("Location"), asked.Header.Get("Event-Position")

	theirs, none := g.post("/v1/transfers", transferOf(from, to, 7), bob...), g.post("/v1/transfers", transferOf(uuid.NewString(), to, 7), bob...)
	if theirs.Status != 404 || without(theirs) != without(none) {
		t.Errorf("from an account of somebody else: %s, and from none: %s", theirs.Body, none.Body)
	}
	for _, headers := range [][]string{nil, {"If-None-Match", `"1"`}, {"Min-Position", position}, {"Accept", "text/event-stream"}} {
		headers = append(headers, bob...)
		theirs, none := g.get(place, "", headers...), g.get("/v1/transfers/"+uuid.NewString(), "", headers...)
		if theirs.Status != 404 || without(theirs) != without(none) {
			t.Errorf("%q: got %s, and %s for a transfer that nobody has", headers, theirs.Body, none.Body)
		}
	}
	for _, account := range []string{from, to} {
		if list := g.get("/v1/transfers?account="+path.Base(account), position, bob...); list.Status != 200 || strings.Contains(list.Body, `"id"`) {
			t.Errorf("Bob's list: %s", list.Body)
		}
	}
	if list := g.get("/v1/transfers?account="+path.Base(from), position, ada...); !strings.Contains(list.Body, path.Base(place)) {
		t.Errorf("Ada's list: %s", list.Body)
	}
	if feed := g.get("/v1/feed?type=transfer.*", "", bob...); strings.Contains(feed.Body, "transfer.requested") {
		t.Errorf("Bob's feed: %s", feed.Body)
	}
	if feed := g.get("/v1/feed?type=transfer.*", "", ada...); !strings.Contains(feed.Body, "transfer.requested") {
		t.Errorf("Ada's feed: %s", feed.Body)
	}
	g.want(g.post("/v1/transfers", transferOf(from, to, 7), g.as("ada", "accounts:read")...), 403, "insufficient_scope")
	g.want(g.get(place, "", g.as("ada", "accounts:write")...), 403, "insufficient_scope")
}

// The export of a customer has the transfers from all accounts that refer to the customer, and no
// others.
func TestAnExportHasTheTransfers(t *testing.T) {
	t.Parallel()
	g := newGuarded(t, "KEY_URI="+keyFile(t))
	ada := g.as("ada", both)
	customer := g.post("/v1/customers", body("Ada", "ada@example.com"), ada...).Header.Get("Location")
	open := func(customer string) string {
		answer := g.post("/v1/accounts", `{"owner":"x","currency":"EUR"`+customer+`}`, ada...)
		g.want(answer, 201, "")
		account := answer.Header.Get("Location")
		g.want(g.post(account+"/deposits", `{"amount":700}`, ada...), 200, "")
		return account
	}
	first, second := open(`,"customer_id":"`+path.Base(customer)+`"`), open(`,"customer_id":"`+path.Base(customer)+`"`)
	other := open("")
	var want, got []string
	for i, from := range []string{first, other, second, first} {
		asked := g.post("/v1/transfers", transferOf(from, uuid.NewString(), 1+i), ada...)
		g.want(asked, 202, "")
		if from != other {
			want = append(want, path.Base(asked.Header.Get("Location")))
		}
	}
	last := g.post(other+"/deposits", `{"amount":1}`, ada...).Header.Get("Event-Position")
	for next := customer + "/export?limit=3"; next != ""; {
		page := g.get(next, last, ada...)
		g.want(page, 200, "")
		fields := page.Fields(t)
		sent, _ := fields["transfers"].([]any)
		for _, one := range sent {
			exported, _ := one.(map[string]any)
			row, _ := exported["transfer"].(map[string]any)
			if events, _ := exported["events"].([]any); len(events) > 0 {
				got = append(got, fmt.Sprint(row["id"]))
			}
		}
		next = ""
		if cursor, more := fields["next_cursor"].(string); more {
			next = customer + "/export?limit=3&cursor=" + cursor
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("exported %v, want %v", got, want)
	}
}

// The list has the transfers from one account, newest first. Each transfer is on exactly one page.
func TestPagesOfTransfers(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	from, _ := s.open("Ada", "EUR")
	other, _ := s.open("Ada", "EUR")
	s.want(s.post(from+"/deposits", `{"amount":700}`), 200, "")
	s.want(s.post(other+"/deposits", `{"amount":700}`), 200, "")
	var want, got []string
	for i := range 7 {
		asked := s.post("/v1/transfers", transferOf(from, other, 1+i))
		s.want(asked, 202, "")
		want = append([]string{path.Base(asked.Header.Get("Location"))}, want...)
	}
	last := s.post("/v1/transfers", transferOf(other, from, 1))
	next := "/v1/transfers?limit=3&account=" + path.Base(from)
	for next != "" {
		page := s.get(next, last.Header.Get("Event-Position"))
		s.want(page, 200, "")
		fields := page.Fields(t)
		items, _ := fields["items"].([]any)
		for _, item := range items {
			row, _ := item.(map[string]any)
			got = append(got, fmt.Sprint(row["id"]))
		}
		next = ""
		if cursor, more := fields["next_cursor"].(string); more {
			next = "/v1/transfers?limit=3&account=" + path.Base(from) + "&cursor=" + cursor
			s.want(s.get("/v1/accounts?cursor="+cursor, ""), 400, "invalid_request")
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("listed %v, want %v", got, want)
	}
}

// A subject may have 1,000 open transfers. Finished transfers do not count.
func TestTooManyTransfers(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	from, _ := s.open("Ada", "EUR")
	s.want(s.post(from+"/deposits", `{"amount":700}`), 200, "")
	asked := s.post("/v1/transfers", transferOf(from, uuid.NewString(), 1))
	s.want(asked, 202, "")
	s.want(s.get(asked.Header.Get("Location"), asked.Header.Get("Event-Position")), 200, "")
	conn, err := pgx.Connect(t.Context(), s.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	insert := func(transfers int, status string) {
		if _, err := conn.Exec(t.Context(), `
			INSERT INTO transfers (transfer_id, subject, from_account, to_account, amount, currency, reference, status, code, late, version, requested_at, updated_at)
			SELECT gen_random_uuid(), '', $1, $1, 1, 'EUR', '', $2, '', false, 1, now(), now() FROM generate_series(1, $3)`, path.Base(from), status, transfers); err != nil {
			t.Fatal(err)
		}
	}
	insert(2000, "completed")
	insert(998, "debited")
	s.want(s.post("/v1/transfers", transferOf(from, uuid.NewString(), 1)), 202, "")
	insert(1, "requested")
	s.want(s.post("/v1/transfers", transferOf(from, uuid.NewString(), 1), "Idempotency-Key", "k"), 422, "too_many_transfers")
	if _, err := conn.Exec(t.Context(), `UPDATE transfers SET status = 'completed' WHERE status = 'debited'`); err != nil {
		t.Fatal(err)
	}
	s.want(s.post("/v1/transfers", transferOf(from, uuid.NewString(), 1), "Idempotency-Key", "k"), 202, "")
}
