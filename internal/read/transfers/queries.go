package transfers

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/position"
)

// Queries reads the table transfers. With each answer, Queries returns the position of the log up
// to which the answer includes all events. The position and the rows are read at the same moment,
// even if a rebuild replaces the tables meanwhile. Until the read model is built, queries return
// event.ErrNotBuilt.
type Queries struct{ transfers *position.Model }

// NewQueries returns Queries on a pool, which may connect to a replica.
func NewQueries(pool *pgxpool.Pool) *Queries { return &Queries{position.NewModel(pool, Name)} }

// columns lists the columns of the table from which the fields of a Transfer are read.
const columns = `t.transfer_id, t.subject, t.from_account, t.to_account, t.amount, t.currency, t.reference, t.status, t.code, t.version, t.requested_at, t.updated_at`

// targets returns pointers to the fields, in the order of the constant columns.
func (t *Transfer) targets() []any {
	return []any{
		&t.ID, &t.Subject, &t.From, &t.To, &t.Amount, &t.Currency, &t.Reference, &t.Status, &t.Code, &t.Version, &t.RequestedAt, &t.UpdatedAt,
	}
}

// Get returns one transfer of the subject. If the subject has no such transfer, Get returns
// event.ErrStreamNotFound. The returned position and the field Parked are valid even then. The
// caller needs them, because a stream that is parked at its first event has no row.
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

// Filter selects the transfers of a list.
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

// List returns a page of transfers, newest first, and the position of the log up to which the page
// includes all events.
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
	return q.page(ctx, sql, []any{f.Subject, f.From, after.Key, after.ID}, f.Limit)
}

// OfCustomer returns a page of the transfers from all accounts that refer to a customer, oldest
// first. A nil Cursor stands for the first page. OfCustomer reads the customer's accounts from the
// table balances, in the same SQL statement. This is possible because an account never refers to
// another customer later. If this table is behind, or has parked an account's stream, it may lack
// the account. The page then lacks the account's transfers.
func (q *Queries) OfCustomer(ctx context.Context, subject string, customer uuid.UUID, from *Cursor, limit int) (list Page, reflects int64, err error) {
	const sql = `
		SELECT ` + columns + `, coalesce(k.position, 0), t.requested_at::text
		FROM (
		    SELECT transfer_id, subject, from_account, to_account, amount, currency, reference, status, code, version, requested_at, updated_at
		    FROM transfers
		    WHERE subject = $1 AND from_account IN (SELECT account_id FROM balances WHERE customer_id = $2 AND subject = $1)
		          AND (requested_at, transfer_id) > ($3::text::timestamptz, $4::uuid)
		    ORDER BY requested_at, transfer_id LIMIT $5
		) t LEFT JOIN parked_streams k ON k.projection = 'transfers' AND k.stream_id = t.transfer_id
		ORDER BY t.requested_at, t.transfer_id`
	after := Cursor{"-infinity", uuid.Nil}
	if from != nil {
		after = *from
	}
	return q.page(ctx, sql, []any{subject, customer, after.Key, after.ID}, limit)
}

// page runs a query whose last parameter is the number of its rows: one row more than a page
// contains, which shows whether there is a next page.
func (q *Queries) page(ctx context.Context, sql string, args []any, limit int) (list Page, reflects int64, err error) {
	var row Transfer
	var key string
	var after Cursor
	question := position.Question{SQL: sql, Args: append(args, limit+1)}
	at, err := q.transfers.Read(ctx, question, append(row.targets(), &row.Parked, &key), func() error {
		if len(list.Transfers) == limit {
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
// completed nor refunded. Open stops counting at the number in the parameter most.
func (q *Queries) Open(ctx context.Context, subject string, most int) (count int, err error) {
	const sql = `
		SELECT count(*) FROM (
		    SELECT FROM transfers WHERE subject = $1 AND status IN ('requested', 'debited') LIMIT $2
		) open`
	_, err = q.transfers.Read(ctx, position.Question{SQL: sql, Args: []any{subject, most}}, []any{&count}, func() error { return nil })
	return count, err
}
