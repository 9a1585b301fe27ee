package http_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// The log of a running service ends earlier than it did: the API, with its own rights alone,
// takes nothing out of an account that is not there any more, tells its clients so, and goes
// on; the projector, whose tables hold what is lost, stands still until an operator decides.
func TestTheLogGoesBack(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	path, _ := s.open("Ada", "EUR")
	s.want(s.post(path+"/deposits", `{"amount":10}`), 200, "")
	deposit := s.post(path+"/deposits", `{"amount":990}`)
	before, position := deposit.header.Get("Log-Epoch"), deposit.header.Get("Event-Position")
	if before == "" {
		t.Fatal("the answer tells no Log-Epoch")
	}
	s.want(s.get(path, position, "Log-Epoch", before), 200, "")

	conn, err := pgx.Connect(t.Context(), s.url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	const back = `ALTER TABLE events DISABLE TRIGGER append_only; DELETE FROM events WHERE position > 2; DELETE FROM outbox; ALTER TABLE events ENABLE ALWAYS TRIGGER append_only`
	if _, err := conn.Exec(t.Context(), back); err != nil {
		t.Fatal(err)
	}
	s.want(s.post(path+"/withdrawals", `{"amount":900}`), 422, "insufficient_funds")
	s.want(s.post(path+"/withdrawals", `{"amount":10}`), 200, "")

	stale := s.get(path, position, "Log-Epoch", before)
	s.want(stale, 409, "log_changed")
	if after := stale.header.Get("Log-Epoch"); after == "" || after == before {
		t.Errorf("the epoch is %q, and was %q", after, before)
	} else {
		s.want(s.get(path, "", "Log-Epoch", after), 200, "")
	}
	if said := strings.Count(s.api.Said(), `"level":"ERROR"`); said != 1 || !strings.Contains(s.api.Said(), `"known_position":3`) {
		t.Errorf("%d errors in the API's log:\n%s", said, s.api.Said())
	}
	if metrics := s.api.Metrics(); !strings.Contains(metrics, "eventstore_log_changes_total 1") || s.api.Ready() != 200 {
		t.Errorf("the API is %d, and has counted something else", s.api.Ready())
	}
	await(t, func() bool {
		return strings.Contains(s.projector.Metrics(), `projection_stopped{projection="balances"} 1`)
	})
	await(t, func() bool { return s.projector.Ready() == 503 })
}
