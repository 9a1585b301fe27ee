package readmodels_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/read/history"
	"example.com/pgcqrs/test/testdb"
)

// A query can ask for the state of an account at an earlier version. The cost of an early state
// does not depend on the events after it. The cost of each request is limited, so a client needs
// several requests to get a late state of a long account.
func TestPastOfALongAccount(t *testing.T) {
	t.Parallel()
	const count = 200_000
	url, id, reads := testdb.New(t), uuid.New(), &rig.LogReads{}
	began := time.Now().Truncate(time.Second).Add(-count * time.Second)
	rig.CopyStream(t, rig.Connect(t, url), "account", id,
		events.AccountOpened{Owner: "Ada", Currency: "EUR", Subject: "ada"}, events.MoneyDeposited{Amount: 3}, count, began)
	archive := eventlog.New(rig.Traced(t, url, reads), eventlog.Config{Decode: events.DecodeEvent, ForQueries: true})
	queries := history.NewQueries(archive, "account")
	ask := func(until history.Until) (history.Account, int64, error) {
		reads.Count()
		if page, _, _, err := queries.Events(t.Context(), "ada", id, 0, 1, until); err != nil || len(page) != 1 {
			t.Fatal(page, err)
		}
		then, err := queries.State(t.Context(), "ada", id, until)
		total, _ := reads.Count()
		return then, total, err
	}

	for _, until := range []history.Until{{Version: 20}, {At: began.Add(19 * time.Second)}, {Version: 20, At: time.Now()}} {
		then, total, err := ask(until)
		if err != nil || then.Version != 20 || then.Balance != 19*3 || total > 100 {
			t.Errorf("it was %+v, %v, of %d events that were read, for %+v", then, err, total, until)
		}
	}
	steps := 1
	for ; ; steps++ {
		then, total, err := ask(history.Until{Version: count})
		if total > history.Span*11/10 {
			t.Errorf("one request read %d events", total)
		}
		if err == nil {
			if then.Version != count || then.Balance != (count-1)*3 || then.Owner != "Ada" {
				t.Errorf("it was %+v", then)
			}
			break
		}
		if !errors.Is(err, event.ErrUnfinished) || steps > count/history.Span {
			t.Fatalf("after %d steps: %v", steps, err)
		}
	}
	if then, total, err := ask(history.Until{Version: 150_001}); err != nil || then.Version != 150_001 || total > history.Span*11/10 {
		t.Errorf("it was %+v, %v, of %d events that were read", then, err, total)
	}
	if _, err := queries.State(t.Context(), "bob", id, history.Until{Version: count}); !errors.Is(err, event.ErrStreamNotFound) {
		t.Errorf("to somebody else it is %v", err)
	}
}
