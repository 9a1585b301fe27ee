package projector_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/internal/write"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/test/testdb"
)

// storedSQL puts one stored event after another into a stream.
const storedSQL = `
	INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
	VALUES ($1, 'account', $2, $3, gen_random_uuid(), $4, $5::text::int, $6, '{}', now(), now())`

// Every shape that was ever stored goes through every read model, and through Evolve.
func TestEveryStoredShapeIsProjected(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	files, err := filepath.Glob("../../internal/events/testdata/*.[0-9]*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d golden files: %v", len(files), err)
	}
	name := regexp.MustCompile(`^(account\.\w+)\.(\d+)(?:-[a-z-]+)?\.json$`)
	var position int64
	put := func(id uuid.UUID, version int64, file string) {
		stored := name.FindStringSubmatch(filepath.Base(file))
		data, err := os.ReadFile(file)
		if err != nil || stored == nil {
			t.Fatal(file, err)
		}
		position++
		do(t, pool, storedSQL, position, id, version, stored[1], stored[2], string(data))
	}
	var streams []uuid.UUID
	for _, file := range files { // each shape in an account of its own, which is opened and has money
		id := uuid.New()
		streams = append(streams, id)
		if strings.HasPrefix(filepath.Base(file), "account.opened.") {
			put(id, 1, file)
			continue
		}
		put(id, 1, "../../internal/events/testdata/account.opened.1.json")
		put(id, 2, "../../internal/events/testdata/account.money_deposited.1.json")
		put(id, 3, file)
	}
	sample(t, pool)
	waitFor(t, pool, balances.Name, position)
	waitFor(t, pool, statements.Name, position)
	if parked := one[int64](t, pool, `SELECT count(*) FROM parked_streams`); parked != 0 {
		t.Errorf("%d streams are parked", parked)
	}
	h := accounts(t, pool)
	for i, id := range streams { // a deposit of nothing changes nothing, and loads everything
		by := account.By{Subject: "auth0|ada", Command: account.Deposit{}}
		if strings.Contains(files[i], "without-subject") {
			by.Subject = ""
		}
		_, err := h.Handle(t.Context(), id, by, write.Request{})
		if _, refused := errors.AsType[*events.Rejection](err); err != nil && !refused {
			t.Error(err)
		}
	}
}
