package statements

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
)

// movements has the movements of a run of events, with one slice for each column, and the sum of
// the movements for each account.
type movements struct {
	totals     map[uuid.UUID]int64
	accounts   [][16]byte
	versions   []int64
	positions  []int64
	kinds      []string
	amounts    []int64
	changes    []int64 // change of the account's balance since the start of the run
	references []string
	times      []time.Time
}

func (m *movements) add(e event.Recorded, kind string, amount, change int64, reference string) {
	m.totals[e.StreamID] += change
	m.accounts = append(m.accounts, e.StreamID)
	m.versions = append(m.versions, e.Version)
	m.positions = append(m.positions, e.Position)
	m.kinds = append(m.kinds, kind)
	m.amounts = append(m.amounts, amount)
	m.changes = append(m.changes, m.totals[e.StreamID])
	m.references = append(m.references, reference)
	m.times = append(m.times, e.OccurredAt)
}

// queue adds to a batch the SQL statement that inserts the statement lines. The SQL statement fails
// if an account has no row in the table statements.
func (m *movements) queue(b *pgx.Batch) {
	if len(m.accounts) == 0 {
		return
	}
	var ids [][16]byte
	var totals []int64
	for id, total := range m.totals {
		ids, totals = append(ids, id), append(totals, total)
	}
	b.Queue(`
		WITH statement AS (
		    UPDATE statements s SET balance = s.balance + t.total
		    FROM unnest($1::uuid[], $2::bigint[]) AS t (account_id, total)
		    WHERE s.account_id = t.account_id
		    RETURNING s.account_id, s.balance - t.total AS before
		)
		INSERT INTO statement_lines (account_id, version, position, kind, amount, balance, reference, occurred_at)
		SELECT l.account_id, l.version, l.position, l.kind, l.amount, s.before + l.change, l.reference, l.occurred_at
		FROM unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::text[], $7::bigint[], $8::bigint[], $9::text[], $10::timestamptz[])
		     AS l (account_id, version, position, kind, amount, change, reference, occurred_at)
		JOIN statement s ON s.account_id = l.account_id`,
		ids, totals, m.accounts, m.versions, m.positions, m.kinds, m.amounts, m.changes, m.references, m.times,
	).Exec(func(tag pgconn.CommandTag) error {
		if written := int(tag.RowsAffected()); written != len(m.accounts) {
			return fmt.Errorf("%w: %d of %d movements were on a statement", event.ErrInapplicable, written, len(m.accounts))
		}
		return nil
	})
}
