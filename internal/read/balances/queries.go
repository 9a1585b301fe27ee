package balances

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/events"
)

// Queries reads balances. Each answer comes with the position it reflects, read in
// the same statement and so of the same moment.
type Queries struct {
	pool *pgxpool.Pool
	one  *database.Gather[[16]byte, found] // by account id
}

// found is what there is under an id, and when.
type found struct {
	account  Account
	position int64
}

// NewQueries makes Queries on a pool, which may lead to a replica.
func NewQueries(pool *pgxpool.Pool) *Queries {
	q := &Queries{pool: pool}
	q.one = database.NewGather(q.get)
	return q
}

// Get is one account, or events.ErrStreamNotFound. The position holds for both.
func (q *Queries) Get(ctx context.Context, id uuid.UUID) (Account, int64, error) {
	there, err := q.one.Get(ctx, id)
	switch {
	case err != nil:
		return Account{}, 0, err
	case there.account.Version == 0:
		return Account{}, there.position, events.ErrStreamNotFound
	}
	return there.account, there.position, nil
}

// get reads accounts that are asked for at the same time.
func (q *Queries) get(ctx context.Context, ids [][16]byte) (map[[16]byte]found, error) {
	const sql = `
		SELECT c.position, b.account_id, coalesce(b.owner, ''), coalesce(b.currency, ''), coalesce(b.balance, 0),
		       coalesce(b.status, ''), coalesce(b.version, 0), b.opened_at, b.updated_at
		FROM checkpoints c LEFT JOIN balances b ON b.account_id = ANY ($1)
		WHERE c.projection = 'balances'`
	rows, err := q.pool.Query(ctx, sql, ids)
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	accounts := make(map[[16]byte]found, len(ids))
	var position int64
	var id pgtype.UUID
	var a Account
	var opened, updated pgtype.Timestamptz
	_, err = pgx.ForEachRow(rows, []any{&position, &id, &a.Owner, &a.Currency, &a.Balance, &a.Status, &a.Version, &opened, &updated}, func() error {
		a.ID, a.OpenedAt, a.UpdatedAt = id.Bytes, opened.Time, updated.Time
		accounts[a.ID] = found{a, position}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	for _, id := range ids {
		if _, ok := accounts[id]; !ok {
			accounts[id] = found{position: position}
		}
	}
	return accounts, nil
}

// Filter says which accounts to list, and in which order. Empty fields ask for all.
type Filter struct {
	Owner    string
	Currency string
	Status   string
	Sort     Sort    // "" is ByOpenedAt
	After    *Cursor // the last page's
	Limit    int     // at least 1
}

// Sort is an order of the list, by account id where it ties. A minus sign reverses.
type Sort string

// The orders there are; each has an index.
const (
	ByOpenedAt Sort = "opened_at"
	ByOwner    Sort = "owner"
)

// Cursor is where a page ended.
type Cursor struct {
	Key string    `json:"k"` // the sort column of the last account, as text
	ID  uuid.UUID `json:"i"` // of the last account
}

// sortTypes are the columns that may be named in ORDER BY, with their types.
var sortTypes = map[Sort]string{ByOpenedAt: "timestamptz", ByOwner: "text"}

// listed is an account with the cursor that ends a page at it.
type listed struct {
	Account
	Key string
}

// List is a page of accounts, the cursor of the next page (nil: that was the last
// one) and the position they reflect.
func (q *Queries) List(ctx context.Context, f Filter) ([]Account, *Cursor, int64, error) {
	sql, args, err := listSQL(f)
	if err != nil {
		return nil, nil, 0, err
	}
	var position int64
	var rows []listed
	err = pgx.BeginTxFunc(ctx, q.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		const checkpoint = `SELECT coalesce((SELECT position FROM checkpoints WHERE projection = 'balances'), 0)`
		work := &pgx.Batch{}
		work.Queue(checkpoint).QueryRow(func(row pgx.Row) error { return row.Scan(&position) })
		work.Queue(sql, args...).Query(func(found pgx.Rows) (err error) {
			rows, err = pgx.CollectRows(found, pgx.RowToStructByName[listed])
			return err
		})
		return tx.SendBatch(ctx, work).Close()
	})
	if err != nil {
		return nil, nil, 0, fmt.Errorf("list accounts: %w", err)
	}
	accounts, next := page(rows, f.Limit)
	return accounts, next, position, nil
}

// listSQL asks for one row more than the page holds: it tells whether there is a
// next page. Only names from sortTypes get into the text.
func listSQL(f Filter) (string, []any, error) {
	name, descending := strings.CutPrefix(string(f.Sort), "-")
	column := Sort(name)
	if column == "" {
		column = ByOpenedAt
	}
	columnType, ok := sortTypes[column]
	if !ok {
		return "", nil, fmt.Errorf("no order %q", f.Sort)
	}
	direction, compare := "ASC", ">"
	if descending {
		direction, compare = "DESC", "<"
	}
	var where strings.Builder
	args := []any{f.Limit + 1}
	add := func(condition string, values ...any) {
		for _, value := range values {
			args = append(args, value)
			condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		where.WriteString(" AND " + condition)
	}
	if f.Owner != "" {
		add("owner = ?", f.Owner)
	}
	if f.Currency != "" {
		add("currency = ?", f.Currency)
	}
	if f.Status != "" {
		add("status = ?", f.Status)
	}
	if f.After != nil {
		add(fmt.Sprintf("(%s, account_id) %s (?::text::%s, ?)", column, compare, columnType), f.After.Key, f.After.ID)
	}
	return fmt.Sprintf(`
		SELECT account_id, owner, currency, balance, status, version, opened_at, updated_at, %[1]s::text AS key
		FROM balances WHERE true%[3]s ORDER BY %[1]s %[2]s, account_id %[2]s LIMIT $1`,
		column, direction, where.String()), args, nil
}

func page(rows []listed, limit int) ([]Account, *Cursor) {
	var next *Cursor
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = &Cursor{Key: last.Key, ID: last.ID}
	}
	accounts := make([]Account, 0, len(rows))
	for _, row := range rows {
		accounts = append(accounts, row.Account)
	}
	return accounts, next
}
