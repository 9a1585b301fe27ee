package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/edge/recorded"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/personal/export"
	"example.com/pgcqrs/engine/personal/reveal"
	"example.com/pgcqrs/engine/pg/failure"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/httpapi/spec"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/customers"
	"example.com/pgcqrs/internal/read/history"
)

// ExportCustomer returns all data about a person in pages (GDPR, Art. 15 and 20). Every page has
// the customer. The events of the customer come first. The accounts that refer to the customer come
// next, and then the transfers from these accounts. Each account and each transfer comes with its
// events. A page shows the data at the time of its request. If a page fails, the client requests it
// again with the same cursor; the earlier pages stay valid.
func (s *server) ExportCustomer(ctx context.Context, request spec.ExportCustomerRequestObject) (spec.ExportCustomerResponseObject, error) {
	params := request.Params
	from, err := query.CursorOf(params.Cursor, "export")
	if err != nil {
		return nil, err
	}
	asked := edge.ListRequest{ReadModels: []string{"customers", "balances", "transfers"}, MinPosition: params.MinPosition, Prefer: params.Prefer}
	return list(ctx, s, asked, func(ctx context.Context) (edge.List, error) {
		row, position, err := s.options.Customers.People.Get(ctx, edge.Subject(ctx), request.Id)
		answered := edge.List{Position: position, Parked: row.Parked, Personal: true}
		if err != nil {
			return answered, err
		}
		shown, err := s.customerOf(ctx, row)
		if err != nil {
			return answered, err
		}
		showCustomer(ctx, shown)
		data := customerData{server: s, customer: row, sent: isSent(from.Key)}
		data.transfers = customerTransfers{sent: s.options.Transfers.Sent, log: s.options.Customers.Log, subject: row.Subject, customer: row.ID}
		found, err := data.source().Page(ctx, export.Place{Record: from.ID, Key: from.Key, Version: from.Version}, query.LimitOf(params.Limit))
		if err != nil {
			return answered, err
		}
		body := exportPage{Customer: shown, Events: recorded.All(found.Events), Accounts: []exportedAccount{}, Transfers: []exportedTransfer{}, Incomplete: ifTrue(data.incomplete || data.transfers.incomplete)}
		for _, record := range found.Records {
			body.add(record)
		}
		if next := found.Next; next != nil {
			body.NextCursor = query.Cursor{Of: "export", ID: next.Record, Key: next.Key, Version: next.Version}.Encode()
		}
		answered.Body, answered.Next = body, body.NextCursor
		return answered, nil
	})
}

// exportPage has the fields of the schema CustomerExport in the contract.
type exportPage struct {
	Customer   spec.Customer      `json:"customer"`
	Events     []recorded.Event   `json:"events"`
	Accounts   []exportedAccount  `json:"accounts"`
	Transfers  []exportedTransfer `json:"transfers"`
	NextCursor *string            `json:"next_cursor,omitempty"`
	Incomplete *bool              `json:"incomplete,omitempty"`
}

type exportedAccount struct {
	Account spec.Account     `json:"account"`
	Events  []recorded.Event `json:"events"`
}

type exportedTransfer struct {
	Transfer spec.Transfer    `json:"transfer"`
	Events   []recorded.Event `json:"events"`
}

// add adds an account or a transfer to its list in the page.
func (p *exportPage) add(record export.Exported) {
	switch row := record.Row.(type) {
	case spec.Account:
		p.Accounts = append(p.Accounts, exportedAccount{row, recorded.All(record.Events)})
	case spec.Transfer:
		p.Transfers = append(p.Transfers, exportedTransfer{row, recorded.All(record.Events)})
	}
}

// customerData reads the data of a customer for an export.
type customerData struct {
	server     *server
	customer   customers.Customer
	transfers  customerTransfers
	sent       bool // the accounts are exported, and the current record is a transfer
	incomplete bool // a list of accounts may lack some
}

func (d *customerData) source() export.Source {
	return export.Source{Own: d.own, Records: d.records, Record: d.record, Events: d.happened}
}

// own returns the customer's events with decrypted personal data. If the read model says that the
// person is erased, own decrypts nothing, even if a restored backup has brought the person's key
// back.
func (d *customerData) own(ctx context.Context, after int64, limit int) ([]event.Recorded, bool, error) {
	found, cut, err := d.server.options.Customers.Log.Page(ctx, "customer", d.customer.ID, after, limit)
	if err != nil {
		return nil, false, err
	}
	keys := reveal.Keys(d.server.options.Keys)
	if d.customer.Status == "erased" {
		keys = reveal.NoKeys{}
	}
	return found, cut || len(found) == limit, reveal.Events(ctx, keys, events.DecodeEvent, found)
}

// records returns the accounts of the customer. After the last account it returns the transfers.
func (d *customerData) records(ctx context.Context, from export.Place, limit int) (records []export.Record, more bool, err error) {
	if d.sent {
		return d.transfers.list(ctx, from, limit)
	}
	records, _, err = d.accounts(ctx, from, limit)
	if err != nil || len(records) > 0 {
		return records, true, err
	}
	d.sent = true
	return d.transfers.list(ctx, export.Place{}, limit)
}

func (d *customerData) record(ctx context.Context, id uuid.UUID) (export.Record, error) {
	if d.sent {
		return d.transfers.one(ctx, id)
	}
	return d.account(ctx, id)
}

// happened returns events of one record: of an account or of a transfer.
func (d *customerData) happened(ctx context.Context, id uuid.UUID, after int64, limit int) ([]event.Recorded, bool, error) {
	if d.sent {
		return d.transfers.events(ctx, id, after, limit)
	}
	return d.movements(ctx, id, after, limit)
}

func (d *customerData) accounts(ctx context.Context, from export.Place, limit int) (records []export.Record, more bool, err error) {
	filter := balances.Filter{Subject: d.customer.Subject, Customer: d.customer.ID, Limit: limit}
	if from.Record != uuid.Nil {
		filter.After = &balances.Cursor{Key: from.Key, ID: from.Record}
	}
	list, _, err := d.server.options.Accounts.Balances.List(ctx, filter)
	if failure.Class(err) == "22" { // data exception: the key in the cursor is not a value of that column
		return nil, false, query.BadCursor()
	}
	d.incomplete = d.incomplete || list.Incomplete
	for _, row := range list.Accounts {
		records = append(records, exportedRow(row))
	}
	return records, list.Next != nil, err
}

func (d *customerData) account(ctx context.Context, id uuid.UUID) (export.Record, error) {
	row, _, err := d.server.options.Accounts.Balances.Get(ctx, d.customer.Subject, id)
	return exportedRow(row), err
}

func exportedRow(row balances.Account) export.Record {
	return export.Record{ID: row.ID, Key: row.OpenedAt.UTC().Format(time.RFC3339Nano), Row: listedAccount(row)}
}

func (d *customerData) movements(ctx context.Context, id uuid.UUID, after int64, limit int) ([]event.Recorded, bool, error) {
	found, more, _, err := d.server.options.Accounts.History.Events(ctx, d.customer.Subject, id, after, limit, history.Until{})
	return found, more, err
}

func (a answer) VisitExportCustomerResponse(w http.ResponseWriter) error { return a.write(w) }
