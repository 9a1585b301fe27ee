package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/google/uuid"

	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/privacy"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/history"
)

// mostExported bounds what an export holds of each kind; it says where there is more.
const mostExported = 1000

// ExportCustomer is everything that is held on a person (GDPR, Art. 15 and 20): the
// customer, every event of theirs, and the accounts that refer to them with what happened
// there.
func (s *server) ExportCustomer(ctx context.Context, request ExportCustomerRequestObject) (ExportCustomerResponseObject, error) {
	if err := s.await(ctx, "customers", request.Params.MinPosition, request.Params.Prefer); err != nil {
		return nil, err
	}
	if err := s.await(ctx, "balances", request.Params.MinPosition, request.Params.Prefer); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.QueryTimeout)
	defer cancel()
	subject := requestOf(ctx).caller.Subject
	row, position, err := s.Customers.People.Get(ctx, subject, request.Id)
	if err = reflects(ctx, request.Params.MinPosition, row.Parked, err); err != nil {
		return nil, at(position, err)
	}
	var body CustomerExport
	if body.Customer, err = s.customerOf(ctx, row); err != nil {
		return nil, at(position, err)
	}
	if body.Events, body.More, err = s.eventsOfCustomer(ctx, request.Id); err != nil {
		return nil, at(position, err)
	}
	list, _, err := s.Accounts.Balances.List(ctx, balances.Filter{Subject: subject, Customer: request.Id, Limit: mostExported})
	if err != nil {
		return nil, at(position, err)
	}
	body.More, body.Incomplete, body.Accounts = body.More || list.Next != nil, ifTrue(list.Incomplete), []ExportedAccount{}
	for _, account := range list.Accounts {
		items, more, _, err := s.Accounts.History.Events(ctx, subject, account.ID, 0, mostExported, history.Until{})
		if err != nil {
			return nil, at(position, err)
		}
		exported := ExportedAccount{Account: listedAccount(account), Events: make([]Event, len(items))}
		for i, item := range items {
			exported.Events[i] = eventOf(item)
		}
		body.More, body.Accounts = body.More || more, append(body.Accounts, exported)
	}
	return page(requestOf(ctx), body, nil, position, nil)
}

// eventsOfCustomer are a customer's events, with what is personal in them opened; the
// caller has seen that the customer is theirs.
func (s *server) eventsOfCustomer(ctx context.Context, id uuid.UUID) ([]Event, bool, error) {
	items, err := s.Customers.Log.Page(ctx, "customer", id, 0, mostExported+1)
	if err != nil {
		return nil, false, err
	}
	more := len(items) > mostExported
	shown := []Event{}
	for _, item := range items[:min(len(items), mostExported)] {
		if item.Data, err = s.opened(ctx, item); err != nil {
			return nil, false, err
		}
		shown = append(shown, eventOf(item))
	}
	return shown, more, nil
}

// opened is an event's data with its personal fields as text, null where they are erased.
func (s *server) opened(ctx context.Context, item events.Recorded) ([]byte, error) {
	event, err := events.DecodeEvent(item.Type, item.SchemaVersion, item.Data)
	if err != nil {
		return nil, err
	}
	personal, ok := event.(events.PersonalEvent)
	if !ok {
		return item.Data, nil
	}
	var data map[string]any
	if err := json.Unmarshal(item.Data, &data); err != nil {
		return nil, fmt.Errorf("read event: %w", err)
	}
	var failed error
	personal.EachPersonal(func(field events.Field, value *events.Personal) {
		text, err := s.Customers.Keys.Reveal(ctx, personal.Person(item.StreamID), item.StreamType, item.StreamID, field, *value)
		switch {
		case errors.Is(err, privacy.ErrErased):
			data[field.Name] = nil
		case err != nil:
			failed = err
		default:
			data[field.Name] = text
		}
	})
	if failed != nil {
		return nil, failed
	}
	return json.Marshal(data)
}

func (a answer) VisitExportCustomerResponse(w http.ResponseWriter) error { return a.write(w) }
