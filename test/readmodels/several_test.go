package readmodels_test

import (
	"encoding/json"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/history"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/test/testdb"
)

// decodeOldShapes decodes two event types that exist only in this test. An event "opened with
// money" corresponds to two events of today, and an event "note" corresponds to no event of today.
func decodeOldShapes(eventType string, version int, data []byte) (event.Event, error) {
	switch eventType {
	case "account.opened_with":
		var old struct {
			Owner, Currency string
			Amount          int64
		}
		err := json.Unmarshal(data, &old)
		return event.Split{events.AccountOpened{Owner: old.Owner, Currency: old.Currency}, events.MoneyDeposited{Amount: old.Amount}}, err
	case "account.noted":
		return event.Dropped{}, nil
	}
	return events.DecodeEvent(eventType, version, data)
}

// When an old event is decoded, the result may be two events of today, or no event. Commands,
// projections and the history handle the result like any other events.
func TestAnOldShapeInEveryReadModel(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	id := uuid.New()
	for version, old := range []struct{ eventType, data string }{
		{"account.opened_with", `{"owner":"Ada","currency":"EUR","amount":70}`},
		{"account.noted", `{"text":"a good customer"}`},
		{"account.money_deposited", `{"amount":5}`},
	} {
		rig.Put(t, pool, "account", id, int64(version)+1, int64(version)+1, old.eventType, 1, old.data)
	}
	store := rig.Store(t, pool, decodeOldShapes)
	projector := rig.Projector(pool, store, projection.Config{Decode: decodeOldShapes})
	projector.Add(balances.Name, balances.Apply, balances.Tables...)
	projector.Add(statements.Name, statements.Apply, statements.Tables...)
	await.Background(t, projector.Run)

	accounts := command.NewHandler(store, "account", account.Decide, account.Evolve)
	position := rig.Handle(t, accounts, id, withdraw(75)) // the whole balance after all earlier events
	rig.WaitFor(t, pool, balances.Name, position)
	rig.WaitFor(t, pool, statements.Name, position)
	row, _, err := balances.NewQueries(pool).Get(t.Context(), "", id)
	if err != nil || row.Balance != 0 || row.Version != 4 || row.Owner != "Ada" {
		t.Errorf("the balance is %+v, %v", row, err)
	}
	page, _, err := statements.NewQueries(pool).Lines(t.Context(), "", id, 0, 10)
	lines := page.Lines
	if err != nil || len(lines) != 3 || lines[0].Amount != 70 || lines[0].Version != 1 || lines[2].Balance != 0 {
		t.Errorf("the statement is %+v, %v", lines, err)
	}
	if items, _, _, err := history.NewQueries(store, "account").Events(t.Context(), "", id, 0, 10, history.Until{}); err != nil || len(items) != 4 {
		t.Errorf("its history has %d events, %v", len(items), err)
	}
	then, err := history.NewQueries(store, "account").State(t.Context(), "", id, history.Until{Version: 2})
	if err != nil || then.Balance != 70 || then.Version != 2 {
		t.Errorf("it was %+v, %v", then, err)
	}
	if parked := rig.One[int64](t, pool, `SELECT count(*) FROM parked_streams`); parked != 0 {
		t.Errorf("%d streams are parked: %s", parked, rig.One[string](t, pool, `SELECT string_agg(projection || ' ' || error, '; ') FROM parked_streams`))
	}
	found, err := projector.Set().Reconciler().Reconcile(t.Context())
	if err != nil || len(found) != 2 || len(found[0].Differences)+len(found[1].Differences) > 0 {
		t.Errorf("reconciling finds %+v, %v", found, err)
	}
}
