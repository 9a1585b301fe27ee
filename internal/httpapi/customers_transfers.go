package httpapi

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/personal/export"
	"example.com/pgcqrs/engine/pg/failure"
	"example.com/pgcqrs/internal/read/transfers"
)

// sentPrefix begins the key of a transfer in an export. By this prefix, the code distinguishes the
// cursor of a transfer from the cursor of an account.
const sentPrefix = "transfer "

// isSent reports whether a key is the key of a transfer.
func isSent(key string) bool { return strings.HasPrefix(key, sentPrefix) }

// customerTransfers reads the transfers from the accounts of a customer, for an export.
type customerTransfers struct {
	sent       Sent
	log        CustomerLog
	subject    string
	customer   uuid.UUID
	incomplete bool // a list may lack some
}

func (c *customerTransfers) list(ctx context.Context, from export.Place, limit int) (records []export.Record, more bool, err error) {
	var after *transfers.Cursor
	if from.Record != uuid.Nil {
		after = &transfers.Cursor{Key: strings.TrimPrefix(from.Key, sentPrefix), ID: from.Record}
	}
	list, _, err := c.sent.OfCustomer(ctx, c.subject, c.customer, after, limit)
	if failure.Class(err) == "22" { // data exception: the key in the cursor is not a time
		return nil, false, query.BadCursor()
	}
	c.incomplete = c.incomplete || list.Incomplete
	for _, row := range list.Transfers {
		records = append(records, sentRow(row))
	}
	return records, list.Next != nil, err
}

func (c *customerTransfers) one(ctx context.Context, id uuid.UUID) (export.Record, error) {
	row, _, err := c.sent.Get(ctx, c.subject, id)
	return sentRow(row), err
}

func sentRow(row transfers.Transfer) export.Record {
	return export.Record{ID: row.ID, Key: sentPrefix + row.RequestedAt.UTC().Format(time.RFC3339Nano), Row: listedTransfer(row)}
}

// events returns events of a transfer. The caller has found the transfer by the method list or the
// method one, so the transfer belongs to the subject.
func (c *customerTransfers) events(ctx context.Context, id uuid.UUID, after int64, limit int) ([]event.Recorded, bool, error) {
	found, cut, err := c.log.Page(ctx, "transfer", id, after, limit)
	return found, cut || len(found) == limit, err
}
