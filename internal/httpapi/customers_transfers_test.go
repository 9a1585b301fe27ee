package httpapi

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/internal/read/transfers"
)

func byRequestedAt(a, b transfers.Transfer) int {
	return cmp.Or(a.RequestedAt.Compare(b.RequestedAt), strings.Compare(a.ID.String(), b.ID.String()))
}

// heldTransfers lists the transfers of a holding in the same way as transfers.Queries.
type heldTransfers struct{ *holding }

func (h heldTransfers) Get(_ context.Context, _ string, id uuid.UUID) (transfers.Transfer, int64, error) {
	return h.transfers[slices.IndexFunc(h.transfers, func(t transfers.Transfer) bool { return t.ID == id })], 42, nil
}

func (h heldTransfers) List(context.Context, transfers.Filter) (transfers.Page, int64, error) {
	return transfers.Page{}, 42, nil
}

func (h heldTransfers) OfCustomer(_ context.Context, _ string, _ uuid.UUID, after *transfers.Cursor, limit int) (found transfers.Page, position int64, err error) {
	var from transfers.Transfer
	if after != nil {
		if from.RequestedAt, err = time.Parse(time.RFC3339Nano, after.Key); err != nil {
			return found, 0, sqlError("22007")
		}
		from.ID = after.ID
	}
	for _, sent := range h.transfers {
		if after != nil && byRequestedAt(sent, from) <= 0 {
			continue
		}
		if len(found.Transfers) == limit {
			found.Next = &transfers.Cursor{}
			return found, 42, nil
		}
		found.Transfers = append(found.Transfers, sent)
	}
	return found, 42, nil
}
