package readmodels_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/customers"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/internal/write/customer"
	"example.com/pgcqrs/test/testdb"
)

// Events were stored in several forms over time. Every read model and every aggregate must still
// handle each of these forms.
func TestEveryStoredShapeIsProjected(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	files, err := filepath.Glob("../../internal/events/testdata/*.[0-9]*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d golden files: %v", len(files), err)
	}
	name := regexp.MustCompile(`^((?:account|customer)\.\w+)\.(\d+)(?:-[a-z-]+)?\.json$`)
	var position int64
	put := func(id uuid.UUID, version int64, file string) {
		stored := name.FindStringSubmatch(filepath.Base(file))
		data, err := os.ReadFile(file)
		if err != nil || stored == nil {
			t.Fatal(file, err)
		}
		position++
		kind, _, _ := strings.Cut(stored[1], ".")
		schemaVersion, err := strconv.Atoi(stored[2])
		if err != nil {
			t.Fatal(file, err)
		}
		rig.Put(t, pool, kind, id, position, version, stored[1], schemaVersion, string(data))
	}
	streams := map[uuid.UUID]string{} // golden file of each stream
	for _, file := range files {      // each form is in its own stream, whose account is open and has money
		kind, _, _ := strings.Cut(filepath.Base(file), ".")
		if begun[kind] == nil {
			continue // the test can't begin a stream of this type
		}
		id := uuid.New()
		streams[id] = file
		for version, golden := range append(begun[kind], file) {
			if shape := filepath.Base(file); version == 0 && (strings.HasPrefix(shape, "account.opened.") || strings.HasPrefix(shape, "customer.registered.")) {
				put(id, 1, file)
				break
			}
			put(id, int64(version)+1, golden)
		}
	}
	sample(t, pool)
	for _, projection := range []string{balances.Name, statements.Name, customers.Name} {
		rig.WaitFor(t, pool, projection, position)
	}
	if parked := rig.One[int64](t, pool, `SELECT count(*) FROM parked_streams`); parked != 0 {
		t.Errorf("%d streams are parked", parked)
	}
	store := rig.Store(t, pool, events.DecodeEvent)
	people := command.NewHandler(store, "customer", customer.Decide, customer.Evolve)
	opened := command.NewHandler(store, "account", account.Decide, account.Evolve)
	for id, file := range streams { // a command that changes nothing still loads the stream
		subject := "auth0|ada"
		if strings.Contains(file, "without-subject") {
			subject = ""
		}
		var err error
		if strings.HasPrefix(filepath.Base(file), "customer.") {
			_, err = people.Handle(t.Context(), id, customer.Refer{Subject: subject}, command.Request{})
		} else {
			_, err = opened.Handle(t.Context(), id, account.Deposit{Subject: subject}, command.Request{})
		}
		if _, refused := errors.AsType[*event.Rejection](err); err != nil && !refused {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// begun lists the events that a stream must contain before the event that is tested.
var begun = map[string][]string{
	"account":  {"../../internal/events/testdata/account.opened.1.json", "../../internal/events/testdata/account.money_deposited.1.json"},
	"customer": {"../../internal/events/testdata/customer.registered.1.json"},
}
