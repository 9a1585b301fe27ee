package balances

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/event"
)

// Queries reads balances. Each answer comes with the position it reflects, read in
// the same statement and so of the same moment, also while a rebuild changes the
// tables. Before the read model is built they fail with event.ErrNotBuilt.
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

// Get returns one account of the subject's, or event.ErrStreamNotFound. The position holds
// for both, and so does Parked: a stream that is parked at its first event has no row.
func (q *Queries) Get(ctx context.Context, subject string, id uuid.UUID) (Account, int64, error) {
	there, err := q.one.Get(ctx, id)
	switch {
	case err != nil:
		return Account{}, 0, err
	case there.account.Version == 0:
		return Account{Parked: there.account.Parked}, there.position, event.ErrStreamNotFound
	case there.account.Subject != subject:
		return Account{}, there.position, event.ErrStreamNotFound
	}
	return there.account, there.position, nil
}

// columns are a checkpoint's position and an account, which may be missing, with what is parked of it.
const columns = `c.position, b.account_id, b.customer_id, coalesce(b.subject, ''), coalesce(b.owner, ''), coalesce(b.currency, ''), coalesce(b.balance, 0),
	coalesce(b.status, ''), coalesce(b.version, 0), b.opened_at, b.updated_at, coalesce(k.position, 0)`

// row is where columns go.
type row struct {
	position        int64
	id, customer    pgtype.UUID
	opened, updated pgtype.Timestamptz
	Account
}

func (r *row) targets(more ...any) []any {
	return append([]any{
		&r.position, &r.id, &r.customer, &r.Subject, &r.Owner, &r.Currency, &r.Balance, &r.Status, &r.Version, &r.opened, &r.updated, &r.Parked,
	}, more...)
}

// account is what was read, and whether there is one.
func (r *row) account() (Account, bool) {
	a := r.Account
	a.ID, a.CustomerID, a.OpenedAt, a.UpdatedAt = r.id.Bytes, r.customer.Bytes, r.opened.Time, r.updated.Time
	return a, r.id.Valid
}

// get reads accounts that are asked for at the same time.
func (q *Queries) get(ctx context.Context, ids [][16]byte) (map[[16]byte]found, error) {
	const sql = `
		SELECT ` + columns + `, a.id
		FROM checkpoints c CROSS JOIN unnest($1::uuid[]) AS a (id)
		LEFT JOIN balances b ON b.account_id = a.id
		LEFT JOIN parked_streams k ON k.projection = 'balances' AND k.stream_id = a.id
		WHERE c.projection = 'balances' AND c.built_at IS NOT NULL`
	rows, err := q.pool.Query(ctx, sql, ids)
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	accounts := make(map[[16]byte]found, len(ids))
	var r row
	var asked pgtype.UUID
	tag, err := pgx.ForEachRow(rows, r.targets(&asked), func() error {
		account, _ := r.account() // one that is missing has version 0
		accounts[asked.Bytes] = found{account, r.position}
		return nil
	})
	switch {
	case err != nil:
		return nil, fmt.Errorf("read accounts: %w", err)
	case tag.RowsAffected() == 0:
		return nil, event.ErrNotBuilt
	}
	return accounts, nil
}

// Filter says which accounts to list, and in which order. Empty fields ask for all,
// but for Subject: the list is always somebody's.
type Filter struct {
	Subject  string
	Owner    string
	Customer uuid.UUID // zero: of any, and of none
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

// listed is an account with the key that ends a page at it.
type listed struct {
	Account
	key string
}

// Page is a part of the list.
type Page struct {
	Accounts   []Account
	Next       *Cursor // of the next page; nil: this is the last one
	Incomplete bool    // streams are parked: accounts may be missing, or in the list as they were
}

// List returns a page of accounts, and the position that it reflects.
func (q *Queries) List(ctx context.Context, f Filter) (list Page, position int64, err error) {
	sql, args, err := listSQL(f)
	if err != nil {
		return Page{}, 0, err
	}
	rows, err := q.pool.Query(ctx, sql, args...)
	if err != nil {
		return Page{}, 0, fmt.Errorf("list accounts: %w", err)
	}
	var all []listed
	var r row
	var key string
	tag, err := pgx.ForEachRow(rows, r.targets(&key, &list.Incomplete), func() error {
		if account, ok := r.account(); ok {
			all = append(all, listed{account, key})
		}
		return nil
	})
	switch {
	case err != nil:
		return Page{}, 0, fmt.Errorf("list accounts: %w", err)
	case tag.RowsAffected() == 0:
		return Page{}, 0, event.ErrNotBuilt
	}
	list.Accounts, list.Next = page(all, f.Limit)
	return list, r.position, nil
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
	args := []any{f.Limit + 1, f.Subject}
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
	if f.Customer != uuid.Nil {
		add("customer_id = ?", f.Customer)
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
		SELECT `+columns+`, coalesce(b.%[1]s::text, ''),
		       EXISTS (SELECT FROM parked_streams WHERE projection = 'balances')
		FROM checkpoints c LEFT JOIN LATERAL (
		    SELECT account_id, customer_id, subject, owner, currency, balance, status, version, opened_at, updated_at
		    FROM balances WHERE subject = $2%[3]s ORDER BY %[1]s %[2]s, account_id %[2]s LIMIT $1
		) b ON true
		LEFT JOIN parked_streams k ON k.projection = 'balances' AND k.stream_id = b.account_id
		WHERE c.projection = 'balances' AND c.built_at IS NOT NULL ORDER BY b.%[1]s %[2]s, b.account_id %[2]s`,
		column, direction, where.String()), args, nil
}

func page(rows []listed, limit int) ([]Account, *Cursor) {
	var next *Cursor
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = &Cursor{Key: last.key, ID: last.ID}
	}
	accounts := make([]Account, 0, len(rows))
	for _, row := range rows {
		accounts = append(accounts, row.Account)
	}
	return accounts, next
}
