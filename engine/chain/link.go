package chain

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// Bounds of a link.
const (
	MostEvents = 10_000 // events that one link covers
	Shown      = 8      // bytes of each event's digest that the link stores, to say where the log differs
)

// ErrHole says that the log has a position without an event.
var ErrHole = errors.New("the log has a hole")

// Link is a row of chain_links: it covers the events after Previous, up to Position.
type Link struct {
	Position int64
	Previous int64
	Hash     []byte
	Digests  []byte
}

// Next returns the link that follows this one in a service's chain, over the digests of the events
// that follow.
func (l Link) Next(service string, digests []event.Digest) (Link, error) {
	following := Link{Previous: l.Position, Position: l.Position + int64(len(digests))}
	sum := sha256.New()
	sum.Write([]byte(service + " chain 1\n"))
	sum.Write(l.Hash)
	for i, digest := range digests {
		if digest.Position != l.Position+int64(i)+1 {
			return Link{}, fmt.Errorf("%w: position %d follows %d", ErrHole, digest.Position, l.Position+int64(i))
		}
		sum.Write(digest.Sum[:])
		following.Digests = append(following.Digests, digest.Sum[:Shown]...)
	}
	following.Hash = sum.Sum(nil)
	return following, nil
}

// End returns the position of the last event in the chain, or 0 if there is no link.
func End(ctx context.Context, on eventlog.Querier) (position int64, err error) {
	last, err := Newest(ctx, on)
	return last.Position, err
}

// Newest returns the last link, or, without links, the zero Link, which the first link follows.
func Newest(ctx context.Context, on eventlog.Querier) (Link, error) {
	found, err := Links(ctx, on, `ORDER BY position DESC LIMIT 1`)
	if err != nil || len(found) == 0 {
		return Link{}, err
	}
	return found[0], nil
}

// Links returns the links that which selects: SQL with a condition, an order and a limit.
func Links(ctx context.Context, on eventlog.Querier, which string, args ...any) ([]Link, error) {
	rows, err := on.Query(ctx, `SELECT position, previous, hash, digests FROM chain_links `+which, args...)
	if err != nil {
		return nil, fmt.Errorf("read links: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[Link])
	if err != nil {
		return nil, fmt.Errorf("read links: %w", err)
	}
	return found, nil
}
