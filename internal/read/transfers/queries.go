package transfers

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/position"
)

// Queries reads the table transfers. Each answer contains the log position that the answer reflects.
// The position and the rows are read at the same moment, even if a rebuild replaces the tables
// meanwhile. Until the read model is built, queries return event.ErrNotBuilt.
type Queries struct{ transfers *position.Model }

// NewQueries returns Queries on a pool, which may connect to a replica.
func NewQueries(pool *pgxpool.Pool) *Queries { return &Queries{position.NewModel(pool, Name)} }

// columns lists the columns of the table that a Transfer has.
const columns = `t.transfer_id, t.subject, t.from_account, t.to_account, t.amount, t.currency, t.reference, t.status, t.code, t.version, t.requested_at, t.updated_at`

// targets returns pointers to the fields, in the order of the constant columns.
func (t *Transfer) targets() []any {
	return []any{
		&t.ID, &t.Subject, &t.From, &t.To, &t.Amount, &t.Currency, &t.Reference, &t.Status, &t.Code, &t.Version, &t.RequestedAt, &t.UpdatedAt,
	}
}

// Get returns one transfer of the subject. If the subject has no such transfer, Get returns
// event.ErrStreamNotFound. The position and Parked are valid even then, because a stream that is
// parked at its first event has no row.
func (q *Queries) Get(ctx context.Context, subject string, id uuid.UUID) (Transfer, int64, error) {
	const sql = `SELECT ` + columns + ` FROM transfers t WHERE t.transfer_id = $1`
	var row Transfer
	found, at, err := q.transfers.Row(ctx, id, sql, row.targets())
	switch {
	case err != nil:
		return Transfer{}, 0, err
	case !found: // the read model does not have the owner
		return Transfer{Parked: at.Parked[id]}, at.Position, event.ErrStreamNotFound
	case row.Subject != subject:
		return Transfer{}, at.Position, event.ErrStreamNotFound
	}
	row.Parked = at.Parked[id]
	return row, at.Position, nil
}

// Filter selects the transfers of a list, newest first.
type Filter struct {
	Subject string
	From    uuid.UUID // the account that pays
	After   *Cursor   // end of the previous page
	Limit   int       // at least 1
}

// Cursor names the last transfer of a page. The next page begins after this transfer.
type Cursor struct {
	Key string // RequestedAt of the last transfer, as text
	ID  uuid.UUID
}

// Page is one page of a list.
type Page struct {
	Transfers  []Transfer
	Next       *Cursor // value of After in the request for the next page; nil: this is the last page
	Incomplete bool    // streams are parked, so transfers may be missing or outdated
}

// List returns a page of transfers, and the position that the page reflects. List selects one row
// more than a page contains, which shows whether there is a next page.
func (q *Queries) List(ctx context.Context, f Filter) (list Page, reflects int64, err error) {
	const sql = `
		SELECT ` + columns + `, coalesce(k.position, 0), t.requested_at::text
		FROM (
		    SELECT transfer_id, subject, from_account, to_account, amount, currency, reference, status, code, version, requested_at, updated_at
		    FROM transfers
		    WHERE subject = $1 AND from_account = $2 AND (requested_at, transfer_id) < ($3::text::timestamptz, $4::uuid)
		    ORDER BY requested_at DESC, transfer_id DESC LIMIT $5
		) t LEFT JOIN parked_streams k ON k.projection = 'transfers' AND k.stream_id = t.transfer_id
		ORDER BY t.requested_at DESC, t.transfer_id DESC`
	after := Cursor{"infinity", uuid.Max}
	if f.After != nil {
		after = *f.After
	}
	var row Transfer
	var key string
	question := position.Question{SQL: sql, Args: []any{f.Subject, f.From, after.Key, after.ID, f.Limit + 1}}
	at, err := q.transfers.Read(ctx, question, append(row.targets(), &row.Parked, &key), func() error {
		if len(list.Transfers) == f.Limit {
			list.Next = &after
			return nil
		}
		list.Transfers, after = append(list.Transfers, row), Cursor{key, row.ID}
		return nil
	})
	if err != nil {
		return Page{}, 0, err
	}
	list.Incomplete = at.Incomplete
	return list, at.Position, nil
}

// Open returns how many transfers of the subject are open: requested, or debited and neither
// completed nor refunded. Open stops to count at most.
func (q *Queries) Open(ctx context.Context, subject string, most int) (count int, err error) {
	const sql = `
		SELECT count(*) FROM (
		    SELECT FROM transfers WHERE subject = $1 AND status IN ('requested', 'debited') LIMIT $2
		) open`
	_, err = q.transfers.Read(ctx, position.Question{SQL: sql, Args: []any{subject, most}}, []any{&count}, func() error { return nil })
	return count, err
}
