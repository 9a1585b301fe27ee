package balances

import (
	"context"
	"fmt"
	"strings"

	"example.com/pgcqrs/engine/pg/gather"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype/zeronull"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/position"
)

// Queries reads the table balances. With each answer, Queries returns the position of the log up to
// which the answer includes all events. The position and the rows are read at the same moment, even
// if a rebuild replaces the tables meanwhile. Until the read model is built, queries return
// event.ErrNotBuilt.
type Queries struct {
	balances *position.Model
	one      *gather.Gather[uuid.UUID, found] // by account id
}

// found is the row of an account, and the position of the log up to which the row includes all
// events.
type found struct {
	account  Account
	position int64
}

// NewQueries returns Queries on a pool, which may connect to a replica.
func NewQueries(pool *pgxpool.Pool) *Queries {
	q := &Queries{balances: position.NewModel(pool, Name)}
	q.one = gather.New(q.get)
	return q
}

// Get returns one account of the subject. If the subject has no such account, Get returns
// event.ErrStreamNotFound. The returned position and the field Parked are valid even then. The
// caller needs them, because a stream that is parked at its first event has no row.
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

// columns lists the columns of the table from which the fields of an Account are read.
const columns = `b.account_id, b.customer_id, b.subject, b.owner, b.currency, b.balance, b.status, b.version, b.opened_at, b.updated_at`

// targets returns pointers to the fields, in the order of the constant columns.
func (a *Account) targets() []any {
	return []any{
		&a.ID, (*zeronull.UUID)(&a.CustomerID), &a.Subject, &a.Owner, &a.Currency, &a.Balance, &a.Status, &a.Version, &a.OpenedAt, &a.UpdatedAt,
	}
}

// get reads by one SQL query the accounts that several concurrent requests have asked for. A
// missing account has version 0.
func (q *Queries) get(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]found, error) {
	const sql = `SELECT ` + columns + ` FROM balances b WHERE b.account_id = ANY ($1::uuid[])`
	accounts := make(map[uuid.UUID]Account, len(ids))
	var row Account
	at, err := q.balances.Read(ctx, position.Question{SQL: sql, Args: []any{ids}, Streams: ids}, row.targets(), func() error {
		accounts[row.ID] = row
		return nil
	})
	if err != nil {
		return nil, err
	}
	all := make(map[uuid.UUID]found, len(ids))
	for _, id := range ids {
		account := accounts[id]
		account.Parked = at.Parked[id]
		all[id] = found{account, at.Position}
	}
	return all, nil
}

// Filter selects the accounts of a list, and their order. An empty field excludes no account. Only
// Subject always applies: a list contains only accounts of one subject.
type Filter struct {
	Subject  string
	Owner    string
	Customer uuid.UUID // zero: accounts of any customer, or of none
	Currency string
	Status   string
	Sort     Sort    // "": ByOpenedAt
	After    *Cursor // end of the previous page
	Limit    int     // at least 1
}

// Sort is the order of a list. Accounts with equal values in the column are ordered by account id.
// A minus sign before the column reverses the order.
type Sort string

// These constants are the possible orders of a list. The database has an index for each order.
const (
	ByOpenedAt Sort = "opened_at"
	ByOwner    Sort = "owner"
)

// Cursor names the last account of a page. The next page begins after this account.
type Cursor struct {
	Key string    `json:"k"` // value of the sort column of the last account, as text
	ID  uuid.UUID `json:"i"` // id of the last account
}

// sortTypes has the columns that may be in ORDER BY, with their SQL types.
var sortTypes = map[Sort]string{ByOpenedAt: "timestamptz", ByOwner: "text"}

// listed is an account of a list. If a page ends with this account, key is the Key of the page's
// Cursor.
type listed struct {
	account Account
	key     string
}

// Page is one page of a list.
type Page struct {
	Accounts   []Account
	Next       *Cursor // value of After in the request for the next page; nil: this is the last page
	Incomplete bool    // streams are parked, so accounts may be missing or outdated
}

// List returns a page of accounts, and the position of the log up to which the page includes all
// events.
func (q *Queries) List(ctx context.Context, f Filter) (list Page, reflects int64, err error) {
	sql, args, err := listSQL(f)
	if err != nil {
		return Page{}, 0, err
	}
	var all []listed
	var row listed
	at, err := q.balances.Read(ctx, position.Question{SQL: sql, Args: args}, append(row.account.targets(), &row.account.Parked, &row.key), func() error {
		all = append(all, row)
		return nil
	})
	if err != nil {
		return Page{}, 0, err
	}
	list.Accounts, list.Next = page(all, f.Limit)
	list.Incomplete = at.Incomplete
	return list, at.Position, nil
}

// listSQL returns a statement that selects one row more than a page contains. The additional row
// shows whether there is a next page. If a request names an order that is not in sortTypes, listSQL
// returns an error.
func listSQL(f Filter) (string, []any, error) {
	name, descending := strings.CutPrefix(string(f.Sort), "-")
	column := Sort(name)
	if column == "" {
		column = ByOpenedAt
	}
	columnType, ok := sortTypes[column]
	if !ok {
		return "", nil, fmt.Errorf("unknown sort order %q", f.Sort)
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
		SELECT `+columns+`, coalesce(k.position, 0), b.%[1]s::text
		FROM (
		    SELECT account_id, customer_id, subject, owner, currency, balance, status, version, opened_at, updated_at
		    FROM balances WHERE subject = $2%[3]s ORDER BY %[1]s %[2]s, account_id %[2]s LIMIT $1
		) b LEFT JOIN parked_streams k ON k.projection = 'balances' AND k.stream_id = b.account_id
		ORDER BY b.%[1]s %[2]s, b.account_id %[2]s`,
		column, direction, where.String()), args, nil
}

func page(rows []listed, limit int) ([]Account, *Cursor) {
	var next *Cursor
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = &Cursor{Key: last.key, ID: last.account.ID}
	}
	accounts := make([]Account, 0, len(rows))
	for _, row := range rows {
		accounts = append(accounts, row.account)
	}
	return accounts, next
}
