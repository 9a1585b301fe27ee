package erasure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/eventlog/logsql"
)

// ErrReturned says that a person has a key although the log has the person's erasure. Usually a
// restored backup has brought the key back.
var ErrReturned = errors.New("a person who was erased has a key again: run migrate erase-again")

const (
	personsAtOnce = 500              // largest number of persons that one query checks
	returnedEvery = 10 * time.Minute // pause after a check that found nothing
	returnedSoon  = time.Second      // pause after a check that found a key or a missing trigger, or failed
)

// Returned looks for keys of erased persons. Returned reads the table erasures, which database
// triggers on the log keep up to date. Returned also reads the last event of each person's stream,
// to find erasures that the table lacks. Returned checks when it starts, and then every 10 minutes,
// because only a restore brings keys back. After a check that failed or found something, the next
// check follows after a second.
type Returned struct {
	pool  *pgxpool.Pool
	types []string
	after uuid.UUID // last person that was checked; after a failed check, the next check begins after this person

	mu  sync.Mutex
	err error // result that Check returns
}

// NewReturned returns a Returned for the types of event that erase a person. The pool must connect
// to the primary.
func NewReturned(pool *pgxpool.Pool, types []string) *Returned {
	return &Returned{pool: pool, types: types, err: errors.New("nobody has looked yet for people who were erased and have a key")}
}

// found reports whether err says that a check was successful and has found a key or a missing
// trigger.
func found(err error) bool { return errors.Is(err, ErrReturned) || errors.Is(err, ErrNoTrigger) }

// note stores the result of a check. The result of a failed check does not replace the result of a
// successful check.
func (r *Returned) note(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil || found(err) || r.err != nil && !found(r.err) {
		r.err = err
	}
}

func (r *Returned) look(ctx context.Context) error {
	sql := `
		WITH people AS MATERIALIZED (SELECT person_id FROM keys.persons WHERE person_id > $1 ORDER BY person_id LIMIT $2)
		SELECT (SELECT person_id FROM people ORDER BY person_id DESC LIMIT 1),
		       EXISTS (SELECT FROM people JOIN erasures USING (person_id))
		       OR EXISTS (SELECT FROM people CROSS JOIN LATERAL ` + logsql.LastType("people.person_id") + ` last WHERE last.type = ANY ($3))`
	page := func() (last *uuid.UUID, returned bool, err error) {
		ctx, cancel := context.WithTimeout(ctx, queryFor)
		defer cancel()
		err = r.pool.QueryRow(ctx, sql, r.after, personsAtOnce, r.types).Scan(&last, &returned)
		return last, returned, err
	}
	if without, err := WithoutTrigger(ctx, r.pool, r.types); err != nil || len(without) > 0 {
		return cmp.Or(err, fmt.Errorf("%w: %s", ErrNoTrigger, strings.Join(without, ", ")))
	}
	for {
		last, returned, err := page()
		switch {
		case err != nil:
			return fmt.Errorf("look for keys of people who were erased: %w", err)
		case returned:
			r.after = uuid.Nil // the next check begins with the first person again
			return ErrReturned
		case last == nil:
			r.after = uuid.Nil
			return nil
		}
		r.after = *last
	}
}

// Run looks for keys that have come back, and for missing triggers, until ctx ends.
func (r *Returned) Run(ctx context.Context) error {
	for {
		err, pause := r.look(ctx), returnedEvery
		if err != nil {
			pause = returnedSoon
		}
		r.note(err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

// Check returns the result of the last successful check: nil if that check found nothing wrong. If
// no check was successful yet, Check returns an error.
func (r *Returned) Check(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}
