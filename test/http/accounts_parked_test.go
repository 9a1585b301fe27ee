package http_test

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/caller"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/personal/keyfile"
)

// spoil changes rows of a read model with SQL, without the projector.
func (s *stack) spoil(sql string, args ...any) {
	s.t.Helper()
	owner, err := pgx.Connect(s.t.Context(), s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	defer owner.Close(s.t.Context())
	if _, err := owner.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatal(err)
	}
}

// settled waits until every read model has reached the position of an answer, and returns this
// position.
func (s *stack) settled(answer caller.Reply, headers ...string) string {
	s.t.Helper()
	position := answer.Header.Get("Event-Position")
	for _, path := range []string{"", "/statement"} {
		s.want(s.get("/v1/accounts/"+uuid.NewString()+path, position, headers...), 404, "not_found")
	}
	return position
}

func before(position string) string {
	number, _ := strconv.Atoi(position)
	return strconv.Itoa(number - 1)
}

// A client reads with the position of its own write. The read model could not apply the event of
// that write, and has stopped applying the events of that stream (the stream is parked). The API
// then answers 503, and never with the state from before the write.
func TestAReadOfAParkedStreamDoesNotShowTheOldState(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	account, _ := s.open("Ada", "EUR")
	other, _ := s.open("Bob", "EUR")
	s.settled(s.post(account+"/deposits", `{"amount":100}`))
	id := filepath.Base(account)
	s.spoil(`UPDATE balances SET version = 99 WHERE account_id = $1`, id)
	s.spoil(`DELETE FROM statement_lines WHERE account_id = $1`, id)
	s.spoil(`INSERT INTO statement_lines VALUES ($1, 3, 1, 'deposit', 1, 1, '', now())`, id)
	position := s.settled(s.post(account+"/deposits", `{"amount":5}`))
	later := s.settled(s.post(other+"/deposits", `{"amount":7}`))

	for _, path := range []string{account, account + "/statement"} {
		for _, wanted := range []string{position, later} {
			answer := s.get(path, wanted)
			if s.want(answer, 503, "read_model_parked"); answer.Header.Get("Event-Position") == "" || answer.Header.Get("Retry-After") == "" {
				t.Errorf("%s: %v", path, answer.Header)
			}
		}
		for _, wanted := range []string{"", before(position)} {
			answer := s.get(path, wanted)
			if s.want(answer, 200, ""); answer.Header.Get("Parked-Position") != position {
				t.Errorf("%s at %q: %v", path, wanted, answer.Header)
			}
		}
		suffix := strings.TrimPrefix(path, account)
		if answer := s.get(other+suffix, later); answer.Status != 200 || answer.Header.Get("Parked-Position") != "" || strings.Contains(answer.Body, "parked") {
			t.Errorf("the other: %d %v %s", answer.Status, answer.Header, answer.Body)
		}
	}
	if said := s.get(account+"/statement", "").Fields(t)["parked_position"]; said != position {
		t.Errorf("the statement says %v, want %s", said, position)
	}
	s.want(s.get(account+"/events", later), 200, "") // the history is read from the log, so it is complete
	list := s.get("/v1/accounts", later)
	if s.want(list, 200, ""); list.Fields(t)["incomplete"] != true || strings.Count(list.Body, "parked_position") != 1 {
		t.Errorf("the list is %s", list.Body)
	}
	items, _ := list.Fields(t)["items"].([]any)
	for _, each := range items {
		item, _ := each.(map[string]any)
		if said, parked := item["parked_position"], item["id"] == id; parked && said != position || !parked && said != nil {
			t.Errorf("the list has %v", item)
		}
	}

	s.spoil(`DELETE FROM parked_streams`)
	s.want(s.get(account, later), 200, "")
	if list := s.get("/v1/accounts", ""); strings.Contains(list.Body, "incomplete") || strings.Contains(list.Body, "parked") {
		t.Errorf("nothing is parked any more: %s", list.Body)
	}
}

// A stream is parked if the read model could not apply one of its events. A stream that is parked
// at its first event has no row in the read model. If the owner of such a resource reads it with
// the position of the write, the API answers 503, and not 404. Other subjects do not learn of the
// parked stream.
func TestAReadOfAStreamThatIsParkedFromItsBeginning(t *testing.T) {
	t.Parallel()
	uri := "file://" + filepath.Join(t.TempDir(), "key.json")
	if _, err := keyfile.New(uri); err != nil {
		t.Fatal(err)
	}
	g := newGuarded(t, "KEY_URI="+uri)
	ada, bob := g.as("ada", both), g.as("bob", both)
	id, person := uuid.NewString(), uuid.NewString()
	g.spoil(`INSERT INTO balances (account_id, subject, owner, currency, balance, status, version, opened_at, updated_at)
		VALUES ($1, 'bob', 'x', 'EUR', 0, 'open', 1, now(), now())`, id)
	g.spoil(`INSERT INTO statements (account_id, subject, balance) VALUES ($1, 'bob', 0)`, id)
	g.spoil(`INSERT INTO customers (customer_id, subject, name, email, status, version, registered_at, updated_at)
		VALUES ($1, 'bob', '', '', 'erased', 1, now(), now())`, person)
	opened := g.post("/v1/accounts", fmt.Sprintf(`{"id":%q,"owner":"Ada","currency":"EUR"}`, id), ada...)
	g.want(opened, 201, "")
	registered := g.post("/v1/customers", fmt.Sprintf(`{"id":%q,"name":"Ada","email":"ada@example.com"}`, person), ada...)
	g.want(registered, 201, "")
	position := g.settled(registered, ada...)
	g.want(g.get("/v1/customers/"+uuid.NewString(), position, ada...), 404, "not_found")
	customer := "/v1/customers/" + person
	for path, parked := range map[string]caller.Reply{"/v1/accounts/" + id: opened, "/v1/accounts/" + id + "/statement": opened, customer: registered} {
		if answer := g.get(path, position, ada...); answer.Status != 404 || answer.Header.Get("Parked-Position") != "" {
			t.Errorf("%s, whose row is another's: %d %v", path, answer.Status, answer.Header)
		}
		if answer := g.get(path, "", bob...); path != customer && answer.Status != 200 || answer.Header.Get("Parked-Position") != parked.Header.Get("Event-Position") {
			t.Errorf("%s: %d %v", path, answer.Status, answer.Header)
		}
	}
	g.spoil(`DELETE FROM balances`)
	g.spoil(`DELETE FROM statements`)
	g.spoil(`DELETE FROM customers`)
	for path, parked := range map[string]caller.Reply{
		"/v1/accounts/" + id: opened, "/v1/accounts/" + id + "/statement": opened, customer: registered, customer + "/export": registered,
	} {
		g.want(g.get(path, position, ada...), 503, "read_model_parked")
		answer := g.get(path, "", ada...)
		if g.want(answer, 404, "not_found"); answer.Header.Get("Parked-Position") != parked.Header.Get("Event-Position") {
			t.Errorf("%s: %v", path, answer.Header)
		}
	}
	for _, list := range []caller.Reply{g.get("/v1/accounts", position, ada...), g.find(ada, "ada@example.com", position)} {
		if list.Fields(t)["incomplete"] != true {
			t.Errorf("%d %s", list.Status, list.Body)
		}
	}
}
