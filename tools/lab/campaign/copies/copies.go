// Package copies holds read models that nobody queries ("copies"). A projector can run any number
// of copies, and each copy applies every event. Only the campaign, a test program, builds a
// projector with copies.
package copies

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/internal/events"
)

// Variable is the environment variable with the number of copies (read models) of a projector.
const Variable = "CAMPAIGN_COPIES"

// Buckets is the number of rows in the table of a copy. The first byte of a stream's id determines
// the row (bucket) of the stream.
const Buckets = 16

// Row sums up all events of the streams in one bucket. If the projector loses, repeats or replaces
// an event, the row differs from the expected row.
type Row struct {
	Events int64
	Amount int64 // sum of all deposits less all withdrawals
	Last   int64 // position of the last event
	Digest int64 // exclusive or of a hash of each event's position, id and text
}

// BucketOf returns the bucket to which a stream belongs.
func BucketOf(stream uuid.UUID) int { return int(stream[0]) % Buckets }

// Add adds an event to the row.
func (r *Row) Add(position int64, id uuid.UUID, amount int64, text string) {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %s", position, id, text))
	r.Events, r.Amount, r.Last = r.Events+1, r.Amount+amount, position
	r.Digest ^= int64(binary.BigEndian.Uint64(sum[:8]))
}

// Name returns the name of a copy (an additional read model), which is also the name of its table.
// The first copy has number 1.
func Name(number int) string { return fmt.Sprintf("copy_%02d", number) }

// Schema returns the SQL that creates the table of a copy.
func Schema(number int) string {
	return fmt.Sprintf(`
		CREATE TABLE %[1]s (bucket smallint PRIMARY KEY, events bigint NOT NULL, amount bigint NOT NULL, first bigint NOT NULL, last bigint NOT NULL, digest bigint NOT NULL);
		SELECT grant_read_model('%[1]s')`, Name(number))
}

// Add adds as many copies (read models) to a projector as the environment variable says.
func Add(projector interface {
	Add(name string, apply projection.Apply, tables ...string)
}) {
	count, _ := strconv.Atoi(os.Getenv(Variable)) // not set: no copies
	for number := 1; number <= count; number++ {
		name := Name(number)
		projector.Add(name, func(b *pgx.Batch, run []event.Recorded) error { return apply(b, name, run) }, name)
	}
}

// apply applies consecutive events to the rows of a copy (a read model). apply fails if a row
// already contains one of the events, or a later event.
func apply(b *pgx.Batch, table string, run []event.Recorded) error {
	var rows [Buckets]Row
	var first [Buckets]int64
	for _, e := range run {
		amount, text := told(e.Event)
		bucket := BucketOf(e.StreamID)
		if rows[bucket].Events == 0 {
			first[bucket] = e.Position
		}
		rows[bucket].Add(e.Position, e.ID, amount, text)
	}
	for bucket, row := range rows {
		if row.Events == 0 {
			continue
		}
		b.Queue(`
			INSERT INTO `+table+` AS c (bucket, events, amount, first, last, digest) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (bucket) DO UPDATE SET events = c.events + excluded.events, amount = c.amount + excluded.amount,
			    last = excluded.last, digest = c.digest # excluded.digest
			WHERE c.last < excluded.first`,
			bucket, row.Events, row.Amount, first[bucket], row.Last, row.Digest,
		).Exec(func(tag pgconn.CommandTag) error {
			if tag.RowsAffected() != 1 {
				return fmt.Errorf("%w: %s has events of position %d or later", event.ErrInapplicable, table, first[bucket])
			}
			return nil
		})
	}
	return nil
}

// told returns the amount by which an event changes the account's balance, and the event's text.
func told(happened event.Event) (amount int64, text string) {
	switch e := happened.(type) {
	case events.AccountOpened:
		return 0, e.Owner
	case events.MoneyDeposited:
		return e.Amount, e.Reference
	case events.MoneyWithdrawn:
		return -e.Amount, e.Reference
	case events.TransferRequested:
		return 0, e.Reference
	}
	return 0, ""
}
