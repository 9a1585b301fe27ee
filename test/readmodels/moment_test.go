package readmodels_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.com/pgcqrs/engine/projection/rebuild"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/customers"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/test/testdb"
)

// pause counts the statements of a query. After the n-th statement of the query, pause calls a
// function once.
type pause struct {
	statements int
	at         int
	between    func()
}

func (p *pause) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

func (p *pause) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {
	if p.statements++; p.statements == p.at && p.between != nil {
		p.between()
	}
}

// moment is a query of a read model. The function read returns two numbers: the version of the
// stream in the row that it has found, and the position that the query reports.
type moment struct {
	readModel string
	stream    string
	read      func(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) (seen, position int64, err error)
}

// moments lists the queries of all read models.
var moments = map[string]moment{
	"an account": {balances.Name, "account", func(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) (seen, position int64, err error) {
		row, position, err := balances.NewQueries(pool).Get(ctx, "", id)
		return row.Version, position, err
	}},
	"the list of accounts": {balances.Name, "account", func(ctx context.Context, pool *pgxpool.Pool, _ uuid.UUID) (seen, position int64, err error) {
		list, position, err := balances.NewQueries(pool).List(ctx, balances.Filter{Limit: 1})
		if err == nil && len(list.Accounts) == 1 {
			seen = list.Accounts[0].Version
		}
		return seen, position, err
	}},
	"a statement": {statements.Name, "account", func(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) (seen, position int64, err error) {
		page, position, err := statements.NewQueries(pool).Lines(ctx, "", id, 0, 10)
		if len(page.Lines) > 0 {
			seen = page.Lines[len(page.Lines)-1].Version
		}
		return seen, position, err
	}},
	"a customer": {customers.Name, "customer", func(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) (seen, position int64, err error) {
		row, position, err := customers.NewQueries(pool).Get(ctx, "", id)
		return row.Version, position, err
	}},
	"a look-up": {customers.Name, "customer", func(ctx context.Context, pool *pgxpool.Pool, _ uuid.UUID) (seen, position int64, err error) {
		found, position, err := customers.NewQueries(pool).Find(ctx, customers.Lookup{Field: "email", Indexes: [][]byte{{1}}})
		if err == nil && len(found.Customers) == 1 {
			seen = found.Customers[0].Version
		}
		return seen, position, err
	}},
}

// Between two statements of a query, a rebuild could replace the tables of the read model. The
// query must still return rows that match the position that it reports. To be safe, each query
// reads the position and the rows in one statement.
func TestAnswersAreOfOneMoment(t *testing.T) {
	t.Parallel()
	for name, m := range moments {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for at := 1; ; at++ {
				if statements := m.interrupted(t, at); at >= statements {
					if statements != 1 {
						t.Errorf("it takes %d statements", statements)
					}
					return
				}
			}
		})
	}
}

// interrupted runs the query, and replaces the tables of the read model after the n-th statement of
// the query. interrupted returns the number of statements that the query has sent.
func (m moment) interrupted(t *testing.T, at int) int {
	t.Helper()
	url := testdb.New(t)
	pool, id := rig.Connect(t, url), uuid.New()
	m.put(t, pool, id, 1)
	m.put(t, pool, id, 2)
	projector := sample(t, pool)
	rig.Rebuild(t, projector, m.readModel)
	if err := rebuild.DropKept(t.Context(), projector.Set(), m.readModel); err != nil {
		t.Fatal(err)
	}
	p := &pause{}
	reader := rig.Traced(t, url, p)
	if seen, position, err := m.read(t.Context(), reader, id); err != nil || seen != 2 || position != 2 {
		t.Fatalf("version %d at position %d, %v", seen, position, err)
	}
	*p = pause{at: at, between: func() {
		m.put(t, pool, id, 3)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // if the query blocks the replacement of the tables, the query is safe, too
		defer cancel()
		if err := rebuild.Run(ctx, projector.Set(), m.readModel, rig.Quiet); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	}}
	seen, position, err := m.read(t.Context(), reader, id)
	if err != nil || seen != position {
		t.Errorf("after statement %d its tables are replaced: version %d at position %d, %v", at, seen, position, err)
	}
	return p.statements
}

// put appends an event to the only stream of the database. For a customer, put also inserts the
// lookup by which the customer can be found.
func (m moment) put(t *testing.T, pool *pgxpool.Pool, id uuid.UUID, version int64) {
	t.Helper()
	type event struct {
		name string
		data string
	}
	first, then := event{"account.opened", `{"owner":"Ada","currency":"EUR"}`}, event{"account.money_deposited", `{"amount":1,"reference":"x"}`}
	if m.stream == "customer" {
		first, then = event{"customer.registered", `{"name":"encrypted.1.x","email":"encrypted.1.x"}`}, event{"customer.contact_changed", `{"name":"encrypted.2.x","email":"encrypted.2.x"}`}
		rig.Do(t, pool, `INSERT INTO keys.persons (person_id, wrapped) VALUES ($1, '') ON CONFLICT DO NOTHING`, id)
		rig.Do(t, pool, `INSERT INTO keys.lookups (field, index, person_id) VALUES ('email', '\x01', $1) ON CONFLICT DO NOTHING`, id)
	}
	if version > 1 {
		first = then
	}
	rig.Put(t, pool, m.stream, id, version, version, first.name, 1, first.data)
}
