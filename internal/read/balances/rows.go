package balances

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
)

// opening has the accounts that a run of events opens, with one slice for each column.
type opening struct {
	ids        [][16]byte
	subjects   []string
	customers  []*uuid.UUID // nil: none
	owners     []string
	currencies []string
	versions   []int64
	times      []time.Time
}

func (o *opening) add(e event.Recorded, happened events.AccountOpened) {
	o.ids = append(o.ids, e.StreamID)
	o.subjects = append(o.subjects, happened.Subject)
	o.customers = append(o.customers, orNil(happened.CustomerID))
	o.owners = append(o.owners, happened.Owner)
	o.currencies = append(o.currencies, happened.Currency)
	o.versions = append(o.versions, e.Version)
	o.times = append(o.times, e.OccurredAt)
}

func orNil(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

func (o *opening) queue(b *pgx.Batch) {
	if len(o.ids) > 0 {
		b.Queue(`
			INSERT INTO balances (account_id, customer_id, subject, owner, currency, balance, status, version, opened_at, updated_at)
			SELECT account_id, customer_id, subject, owner, currency, 0, 'open', version, opened_at, opened_at
			FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::timestamptz[], $7::uuid[])
			     AS o (account_id, subject, owner, currency, version, opened_at, customer_id)`,
			o.ids, o.subjects, o.owners, o.currencies, o.versions, o.times, o.customers)
	}
}

// changes has the changes that a run of events makes to existing accounts: one change for each
// account.
type changes map[uuid.UUID]*change

type change struct {
	before  int64 // version before the first event of the change
	version int64
	amount  int64
	closed  bool
	time    time.Time
}

// of returns the change of the account to which the event belongs, and sets the version and the
// time of the change to those of the event.
func (c changes) of(e event.Recorded) *change {
	mine, ok := c[e.StreamID]
	if !ok {
		mine = &change{before: e.Version - 1}
		if e.Part > 0 { // the first part of the event has already set this version
			mine.before = e.Version
		}
		c[e.StreamID] = mine
	}
	mine.version, mine.time = e.Version, e.OccurredAt
	return mine
}

func (c changes) queue(b *pgx.Batch) {
	if len(c) == 0 {
		return
	}
	var ids [][16]byte
	var before, versions, amounts []int64
	var closed []bool
	var times []time.Time
	for id, change := range c {
		ids = append(ids, id)
		before, versions = append(before, change.before), append(versions, change.version)
		amounts, closed, times = append(amounts, change.amount), append(closed, change.closed), append(times, change.time)
	}
	b.Queue(`
		UPDATE balances b SET balance = b.balance + c.amount, version = c.version, updated_at = c.changed_at,
		       status = CASE WHEN c.closed THEN 'closed' ELSE b.status END
		FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bool[], $6::timestamptz[])
		     AS c (account_id, before, version, amount, closed, changed_at)
		WHERE b.account_id = c.account_id AND b.version = c.before`,
		ids, before, versions, amounts, closed, times,
	).Exec(func(tag pgconn.CommandTag) error {
		if changed := int(tag.RowsAffected()); changed != len(ids) {
			return fmt.Errorf("%w: %d of %d accounts were at the version before", event.ErrInapplicable, changed, len(ids))
		}
		return nil
	})
}
