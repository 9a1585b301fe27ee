package privacy

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrReturned says that a person whose erasure is in the log has a key: a restored backup has brought it back.
var ErrReturned = errors.New("a person who was erased has a key again: run migrate erase-again")

const (
	personsAtOnce = 500              // are looked at by one query
	returnedEvery = 10 * time.Minute // between looks that find nothing
	returnedSoon  = time.Second      // after one that found somebody, or failed
	returnedFor   = 15 * time.Second // a query may take; its connection may have died unheard
)

// Returned looks for keys of people who were erased. It reads the last event of every person's stream, which is that of the
// erasure if there was one: once when it starts, and seldom again, for keys come back by a restore alone.
type Returned struct {
	pool  *pgxpool.Pool
	types []string
	after uuid.UUID // where a look that failed goes on

	mu  sync.Mutex
	err error // of the last look
}

// NewReturned makes a Returned of the types of event that erase, on a pool that leads to the primary.
func NewReturned(pool *pgxpool.Pool, types []string) *Returned {
	return &Returned{pool: pool, types: types, err: errors.New("nobody has looked yet for people who were erased and have a key")}
}

// Run looks until ctx ends.
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

// Check returns what the last look has found: nil is nobody.
func (r *Returned) Check(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// note keeps what a look has found; one that failed says nothing against the one before.
func (r *Returned) note(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil || errors.Is(err, ErrReturned) || r.err != nil && !errors.Is(r.err, ErrReturned) {
		r.err = err
	}
}

func (r *Returned) look(ctx context.Context) error {
	const sql = `
		WITH people AS MATERIALIZED (SELECT person_id FROM keys.persons WHERE person_id > $1 ORDER BY person_id LIMIT $2)
		SELECT (SELECT person_id FROM people ORDER BY person_id DESC LIMIT 1),
		       EXISTS (SELECT FROM people CROSS JOIN LATERAL (
		                   SELECT type FROM events WHERE stream_id = people.person_id ORDER BY version DESC LIMIT 1
		               ) last WHERE last.type = ANY ($3))`
	page := func() (last *uuid.UUID, returned bool, err error) {
		ctx, cancel := context.WithTimeout(ctx, returnedFor)
		defer cancel()
		err = r.pool.QueryRow(ctx, sql, r.after, personsAtOnce, r.types).Scan(&last, &returned)
		return last, returned, err
	}
	for {
		last, returned, err := page()
		switch {
		case err != nil:
			return fmt.Errorf("look for keys of people who were erased: %w", err)
		case returned:
			r.after = uuid.Nil // the next look says who is left
			return ErrReturned
		case last == nil:
			r.after = uuid.Nil
			return nil
		}
		r.after = *last
	}
}
