package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"example.com/pgcqrs/engine/pg/failure"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/httpapi/spec"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/customers"
	"example.com/pgcqrs/internal/read/history"
)

// mostExportedBytes is the size in bytes after which a page of an export ends, even below its limit
// of entries, because the process has a whole page in memory.
const mostExportedBytes = 1 << 20

// exportedAtOnce is how many events an export reads from the log in one query.
const exportedAtOnce = 32

// ExportCustomer returns all data about a person in pages (GDPR, Art. 15 and 20): the customer, on
// every page; all events of the customer; then the accounts that refer to the customer, each with
// its events. A page shows the data at the time of its request. If a page fails, the client
// requests it again with the same cursor; the earlier pages stay valid.
func (s *server) ExportCustomer(ctx context.Context, request spec.ExportCustomerRequestObject) (spec.ExportCustomerResponseObject, error) {
	from, err := query.CursorOf(request.Params.Cursor, "export")
	if err != nil {
		return nil, err
	}
	for _, readModel := range []string{"customers", "balances"} {
		if err := s.stack.Await(ctx, readModel, request.Params.MinPosition, request.Params.Prefer); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, s.stack.QueryTimeout)
	defer cancel()
	row, position, err := s.options.Customers.People.Get(ctx, edge.Subject(ctx), request.Id)
	if err = edge.Reflects(ctx, request.Params.MinPosition, row.Parked, err); err != nil {
		return nil, problem.At(position, err)
	}
	e := export{server: s, customer: row, left: query.LimitOf(request.Params.Limit), bytes: mostExportedBytes, next: from}
	e.body.Events, e.body.Accounts = []spec.Event{}, []spec.ExportedAccount{}
	if e.body.Customer, err = s.customerOf(ctx, row); err != nil {
		return nil, problem.At(position, err)
	}
	showCustomer(ctx, e.body.Customer)
	if err := e.fill(ctx); err != nil {
		return nil, problem.At(position, err)
	}
	return personalPage(ctx, e.body, e.body.NextCursor, position)
}

// export fills one page of an export.
type export struct {
	server   *server
	customer customers.Customer
	body     spec.CustomerExport
	left     int          // number of events and accounts that still fit on the page
	bytes    int          // bytes of event data that still fit on the page
	next     query.Cursor // position of the export: the customer's events up to spec.Version, or those of the account ID
}

func (e *export) full() bool { return e.left <= 0 || e.bytes <= 0 }

// fill adds data from the end of the last page on, until this page is full or the export is
// complete.
func (e *export) fill(ctx context.Context) error {
	began := e.resume
	if e.next.ID == uuid.Nil {
		began = e.ownEvents
	}
	more, err := began(ctx)
	if err == nil && !more {
		more, err = e.accounts(ctx)
	}
	return e.end(more, err)
}

// end records where the next page begins, if there is more.
func (e *export) end(more bool, err error) error {
	if more && err == nil {
		e.body.NextCursor = e.next.Encode()
	}
	return err
}

// took subtracts an event, or an account with 0 bytes, from what still fits on the page.
func (e *export) took(bytes int) { e.left, e.bytes = e.left-1, e.bytes-bytes }

// ownEvents exports the customer's events, with decrypted personal data, and reports whether there
// may be more.
func (e *export) ownEvents(ctx context.Context) (more bool, err error) {
	e.next.Of = "export"
	for !e.full() {
		limit := min(e.left, exportedAtOnce)
		items, cut, err := e.server.options.Customers.Log.Page(ctx, "customer", e.customer.ID, e.next.Version, limit)
		if err != nil {
			return false, err
		}
		for _, item := range items {
			if e.full() {
				return true, nil
			}
			if item.Data, err = e.server.decrypted(ctx, item, e.customer.Status == "erased"); err != nil {
				return false, err
			}
			e.body.Events = append(e.body.Events, eventOf(item))
			e.next.Version = item.Version
			e.took(len(item.Data))
		}
		if len(items) < limit && !cut {
			return false, nil
		}
	}
	return true, nil
}

// resume exports the rest of the account in whose events the last page ended.
func (e *export) resume(ctx context.Context) (more bool, err error) {
	account, _, err := e.server.options.Accounts.Balances.Get(ctx, e.customer.Subject, e.next.ID)
	if err != nil {
		return false, err
	}
	return e.account(ctx, account, e.next.Version)
}

// accounts exports the accounts that follow the last exported account.
func (e *export) accounts(ctx context.Context) (more bool, err error) {
	for !e.full() {
		filter := balances.Filter{Subject: e.customer.Subject, Customer: e.customer.ID, Limit: min(e.left, exportedAtOnce)}
		if e.next.ID != uuid.Nil {
			filter.After = &balances.Cursor{Key: e.next.Key, ID: e.next.ID}
		}
		list, _, err := e.server.options.Accounts.Balances.List(ctx, filter)
		if failure.Class(err) == "22" { // data exception: the key in the cursor is not a value of that column
			return false, query.BadCursor()
		}
		if err != nil {
			return false, err
		}
		e.body.Incomplete = ifTrue(list.Incomplete)
		for _, row := range list.Accounts {
			if e.full() {
				return true, nil
			}
			e.next.ID, e.next.Key = row.ID, row.OpenedAt.UTC().Format(time.RFC3339Nano)
			e.took(0)
			if more, err := e.account(ctx, row, 0); err != nil || more {
				return more, err
			}
		}
		if list.Next == nil {
			return false, nil
		}
	}
	return true, nil
}

// account exports an account, and its events after the version after.
func (e *export) account(ctx context.Context, row balances.Account, after int64) (more bool, err error) {
	exported := spec.ExportedAccount{Account: listedAccount(row), Events: []spec.Event{}}
	defer func() {
		if len(exported.Events) > 0 || after == 0 {
			e.body.Accounts = append(e.body.Accounts, exported)
		}
	}()
	for e.next.Version = after; !e.full(); {
		items, more, _, err := e.server.options.Accounts.History.Events(ctx, e.customer.Subject, row.ID, e.next.Version, min(e.left, exportedAtOnce), history.Until{})
		if err != nil {
			return false, err
		}
		for _, item := range items {
			if e.full() {
				return true, nil
			}
			exported.Events = append(exported.Events, eventOf(item))
			e.next.Version = item.Version
			e.took(len(item.Data))
		}
		if !more {
			return false, nil
		}
	}
	return true, nil
}

// decrypted returns an event's data with its personal fields as text, or as null if the person is
// erased. decrypted treats a person as erased if the read model does, even if a restored backup has
// brought the key back.
func (s *server) decrypted(ctx context.Context, item event.Recorded, erased bool) ([]byte, error) {
	e, err := events.DecodeEvent(item.Type, item.SchemaVersion, item.Data)
	if err != nil {
		return nil, fmt.Errorf("decode version %d of %s %s: %w", item.Version, item.StreamType, item.StreamID, err)
	}
	holder, ok := e.(event.PersonalEvent)
	if !ok {
		return item.Data, nil
	}
	return event.WithPersonal(holder, item.Data, func(field event.Field, value event.Personal) (any, error) {
		if erased {
			return nil, nil
		}
		text, err := s.options.Keys.Reveal(ctx, holder.Person(item.StreamID), item.StreamType, item.StreamID, field, value)
		if errors.Is(err, personal.ErrErased) {
			return nil, nil
		}
		return text, err
	})
}

func (a answer) VisitExportCustomerResponse(w http.ResponseWriter) error { return a.write(w) }
