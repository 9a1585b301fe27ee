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

// Limits of a link.
const (
	MostEvents = 10_000 // how many events one link covers at most
	Shown      = 8      // how many bytes of each event's digest a link stores; they show which event was changed
)

// ErrHole says that the log has a hole: it has no event at a position, but has an event at a later
// position.
var ErrHole = errors.New("the log has a hole")

// Link is a row of the table chain_links. A Link covers the events after position Previous, up
// to and including Position.
type Link struct {
	Position int64
	Previous int64
	Hash     []byte
	Digests  []byte
}

// Next computes the link that follows the link l in a service's chain. The parameter digests has
// the digests of the events after l, in order. If digests skips a position, Next returns ErrHole.
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

// End returns the position of the last event that the chain of hashes covers, or 0 if the chain has
// no link.
func End(ctx context.Context, on eventlog.Querier) (position int64, err error) {
	last, err := Newest(ctx, on)
	return last.Position, err
}

// Newest returns the last link of the chain of hashes. If the chain has no link, Newest returns the
// zero Link. The method Next of the zero Link computes the first link.
func Newest(ctx context.Context, on eventlog.Querier) (Link, error) {
	found, err := Links(ctx, on, `ORDER BY position DESC LIMIT 1`)
	if err != nil || len(found) == 0 {
		return Link{}, err
	}
	return found[0], nil
}

// Links returns the links that a query finds. The parameter named which has the end of the query,
// as SQL: its condition, its order and its limit.
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
