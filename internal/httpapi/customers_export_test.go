package httpapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/personal/export"
	"example.com/pgcqrs/internal/httpapi/spec"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/customers"
	"example.com/pgcqrs/internal/read/history"
	"example.com/pgcqrs/internal/read/transfers"
)

// holding is a fake of the stored data about one customer: the customer's events, and the
// customer's accounts with their events.
type holding struct {
	status    string
	events    []event.Recorded
	accounts  []balances.Account
	transfers []transfers.Transfer
	moves     map[uuid.UUID][]event.Recorded // of an account or a transfer
	read      int                            // highest number of events that one query has read from the log
	decrypted int                            // number of texts that were decrypted
	fail      error                          // error that the log returns
}

// newHolding creates a customer with accounts. The parameter own is the number of the customer's
// own events. Each element of accounts is the number of events of one account.
func newHolding(own int, accounts ...int) *holding {
	h := &holding{status: "registered", moves: map[uuid.UUID][]event.Recorded{}}
	for n := range own {
		h.events = append(h.events, event.Recorded{
			Position: int64(n + 1), Version: int64(n + 1), ID: uuid.New(), StreamType: "customer", StreamID: ada, Type: "customer.contact_changed", SchemaVersion: 1,
			Data: []byte(`{"name":"encrypted.1.1.x","email":"encrypted.1.1.y"}`), OccurredAt: someDay, RecordedAt: someDay,
		})
	}
	record := func(streamType, eventType string, id uuid.UUID, count int) {
		for n := range count {
			h.moves[id] = append(h.moves[id], event.Recorded{
				Position: int64(n + 1), Version: int64(n + 1), ID: uuid.New(), StreamType: streamType, StreamID: id, Type: eventType, SchemaVersion: 1,
				Data: []byte(`{"amount":1}`), OccurredAt: someDay, RecordedAt: someDay,
			})
		}
	}
	for i, count := range accounts {
		account := someAccount()
		account.ID, account.OpenedAt = uuid.New(), someDay.Add(time.Duration(i/2)*time.Microsecond) // two accounts each were opened at the same time
		h.accounts = append(h.accounts, account)
		record("account", "account.money_deposited", account.ID, count)
		for range i % 3 { // two transfers each may have been requested at the same time
			sent := transfers.Transfer{ID: uuid.New(), From: account.ID, To: ada, Amount: 1, Currency: "EUR", Status: "debited", Version: 2, RequestedAt: account.OpenedAt, UpdatedAt: someDay}
			h.transfers = append(h.transfers, sent)
			record("transfer", "transfer.debited", sent.ID, 2)
		}
	}
	slices.SortFunc(h.transfers, byRequestedAt)
	slices.SortFunc(h.accounts, byOpenedAt)
	return h
}

func byOpenedAt(a, b balances.Account) int {
	return cmp.Or(a.OpenedAt.Compare(b.OpenedAt), strings.Compare(a.ID.String(), b.ID.String()))
}

func (h *holding) client(t *testing.T) *http.Client {
	t.Helper()
	f := newService()
	f.domain = func(o *Options) {
		o.Customers, o.Keys = Customers{People: h, Log: h}, h
		o.Accounts = Accounts{Balances: heldAccounts{h}, History: h}
		o.Transfers = Transfers{Sent: heldTransfers{h}}
	}
	return f.client(t)
}

func (h *holding) Get(context.Context, string, uuid.UUID) (customers.Customer, int64, error) {
	return customers.Customer{
		ID: ada, Status: h.status, Version: int64(len(h.events)), Name: event.AsEncrypted("encrypted.1.1.x"), Email: event.AsEncrypted("encrypted.1.1.y"),
		RegisteredAt: someDay, UpdatedAt: someDay,
	}, 42, nil
}

func (h *holding) Find(ctx context.Context, _ customers.Lookup) (customers.Candidates, int64, error) {
	if h.fail != nil {
		return customers.Candidates{}, 0, h.fail
	}
	row, position, err := h.Get(ctx, "", ada)
	return customers.Candidates{Customers: []customers.Customer{row}}, position, err
}

func (h *holding) after(all []event.Recorded, version int64, limit int) ([]event.Recorded, error) {
	h.read = max(h.read, limit)
	return slices.Clone(all[version:min(int(version)+limit, len(all))]), h.fail
}

func (h *holding) Page(_ context.Context, streamType string, id uuid.UUID, after int64, limit int) ([]event.Recorded, bool, error) {
	all := h.events
	if streamType == "transfer" {
		all = h.moves[id]
	}
	page, err := h.after(all, after, limit)
	return page, false, err
}

func (h *holding) Events(_ context.Context, _ string, id uuid.UUID, after int64, limit int, _ history.Until) ([]event.Recorded, bool, int64, error) {
	items, err := h.after(h.moves[id], after, limit)
	return items, int(after)+len(items) < len(h.moves[id]), 42, err
}

func (h *holding) State(context.Context, string, uuid.UUID, history.Until) (history.Account, error) {
	return history.Account{}, errors.New("nobody asks")
}

func (h *holding) Reveal(context.Context, uuid.UUID, string, uuid.UUID, event.Field, event.Personal) (string, error) {
	h.decrypted++
	return "Ada Lovelace", nil
}

func (h *holding) Indexes(context.Context, string, string) ([][]byte, error) { return nil, nil }
func (h *holding) Forget(uuid.UUID)                                          {}

// heldAccounts lists the accounts of a holding (the fake data about a customer) in the same way as
// balances.Queries.
type heldAccounts struct{ *holding }

func (h heldAccounts) Get(_ context.Context, _ string, id uuid.UUID) (balances.Account, int64, error) {
	return h.accounts[slices.IndexFunc(h.accounts, func(a balances.Account) bool { return a.ID == id })], 42, nil
}

func (h heldAccounts) List(_ context.Context, f balances.Filter) (found balances.Page, position int64, err error) {
	var from balances.Account
	if f.After != nil {
		if from.OpenedAt, err = time.Parse(time.RFC3339Nano, f.After.Key); err != nil {
			return found, 0, sqlError("22007")
		}
		from.ID = f.After.ID
	}
	for _, account := range h.accounts {
		if f.After != nil && byOpenedAt(account, from) <= 0 {
			continue
		}
		if len(found.Accounts) == f.Limit {
			last := found.Accounts[f.Limit-1]
			found.Next = &balances.Cursor{Key: last.OpenedAt.Format(time.RFC3339Nano), ID: last.ID}
			return found, 42, nil
		}
		found.Accounts = append(found.Accounts, account)
	}
	return found, 42, nil
}

const exports = "/v1/customers/0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b/export"

// walk requests all pages of an export as a client does, and returns the whole export and the
// number of pages. walk requests a failed page again.
func walk(t *testing.T, client *http.Client, limit int, between func(page int)) (whole spec.CustomerExport, pages int) {
	t.Helper()
	for next := fmt.Sprintf("%s?limit=%d", exports, limit); next != ""; {
		between(pages)
		answer := send(t, client, http.MethodGet, next, "")
		if answer.status == http.StatusServiceUnavailable {
			continue
		}
		var page spec.CustomerExport
		if err := json.Unmarshal([]byte(answer.body), &page); err != nil || answer.status != 200 {
			t.Fatalf("page %d: got %d %s", pages, answer.status, answer.body)
		}
		pages++
		whole.Customer, whole.Events = page.Customer, append(whole.Events, page.Events...)
		on := len(page.Events)
		for _, account := range page.Accounts {
			last := len(whole.Accounts) - 1
			if last >= 0 && whole.Accounts[last].Account.Id == account.Account.Id {
				whole.Accounts[last].Events = append(whole.Accounts[last].Events, account.Events...)
			} else {
				whole.Accounts = append(whole.Accounts, account)
			}
			on += len(account.Events)
		}
		for _, sent := range page.Transfers {
			last := len(whole.Transfers) - 1
			if last >= 0 && whole.Transfers[last].Transfer.Id == sent.Transfer.Id {
				whole.Transfers[last].Events = append(whole.Transfers[last].Events, sent.Events...)
			} else {
				whole.Transfers = append(whole.Transfers, sent)
			}
			on += len(sent.Events)
		}
		if on > limit {
			t.Fatalf("page %d has %d events, %d were asked for", pages, on, limit)
		}
		next = followed(t, exports, answer.header.Get("Link"))
		if (next == "") != (page.NextCursor == nil) {
			t.Fatalf("Link leads to %q, next_cursor %v", next, page.NextCursor)
		}
	}
	return whole, pages
}

// check fails the test if an export lacks data, has data twice, or has another order than the
// stored data.
func (h *holding) check(t *testing.T, whole spec.CustomerExport) {
	t.Helper()
	ids := func(all []event.Recorded) (found []uuid.UUID) {
		for _, e := range all {
			found = append(found, e.ID)
		}
		return found
	}
	shown := func(all []spec.Event) (found []uuid.UUID) {
		for _, e := range all {
			found = append(found, e.Id)
		}
		return found
	}
	if !slices.Equal(ids(h.events), shown(whole.Events)) {
		t.Errorf("%d events of the customer, of %d, or in another order", len(whole.Events), len(h.events))
	}
	if len(whole.Accounts) != len(h.accounts) {
		t.Fatalf("%d accounts, of %d", len(whole.Accounts), len(h.accounts))
	}
	for i, account := range whole.Accounts {
		if account.Account.Id != h.accounts[i].ID || !slices.Equal(ids(h.moves[account.Account.Id]), shown(account.Events)) {
			t.Errorf("account %d has %d events, of %d, or in another order", i, len(account.Events), len(h.moves[account.Account.Id]))
		}
	}
	if len(whole.Transfers) != len(h.transfers) {
		t.Fatalf("%d transfers, of %d", len(whole.Transfers), len(h.transfers))
	}
	for i, sent := range whole.Transfers {
		if sent.Transfer.Id != h.transfers[i].ID || !slices.Equal(ids(h.moves[sent.Transfer.Id]), shown(sent.Events)) {
			t.Errorf("transfer %d has %d events, of %d, or in another order", i, len(sent.Events), len(h.moves[sent.Transfer.Id]))
		}
	}
}

func TestAnExportIsWhole(t *testing.T) {
	t.Parallel()
	for name, h := range map[string]*holding{
		"nothing but a name":          newHolding(1),
		"more than a thousand":        newHolding(1001, 1, 1002, 3),
		"as much as a page":           newHolding(50, 50, 49, 51, 1),
		"many accounts":               newHolding(2, slices.Repeat([]int{1}, 300)...),
		"accounts that fill pages up": newHolding(7, 6, 1, 5, 8, 33, 32, 31),
	} {
		for _, limit := range []int{1, 2, 7, 50, 200} {
			if limit < 7 && len(h.events)+len(h.accounts) > 300 {
				continue // too many pages for a test
			}
			whole, pages := walk(t, h.client(t), limit, func(int) {})
			h.check(t, whole)
			if t.Failed() {
				t.Fatalf("%s, by %d on %d pages", name, limit, pages)
			}
			if h.read > export.AtOnce {
				t.Fatalf("%s: %d events were read at once", name, h.read)
			}
		}
	}
}

// If a page of an export can't be read, the answer is an error, and the client can request the page
// again.
func TestAnExportGoesOnAfterAFailure(t *testing.T) {
	t.Parallel()
	h := newHolding(120, 10)
	client, failed := h.client(t), 0
	whole, _ := walk(t, client, 50, func(page int) {
		if h.fail = nil; page == 1 && failed < 2 {
			h.fail, failed = context.DeadlineExceeded, failed+1
		}
	})
	h.check(t, whole)
	h.fail = context.DeadlineExceeded
	answer := send(t, client, http.MethodGet, exports, "")
	if problem := answer.problem(t); answer.status != 503 || *problem.Code != "unavailable" || !strings.Contains(*problem.Detail, "not answer in time") || failed != 2 {
		t.Errorf("got %d %s after %d failures", answer.status, answer.body, failed)
	}
}

// The size of an export's page is also limited in bytes, because the process has the whole page in
// memory.
func TestAPageOfAnExportIsSmall(t *testing.T) {
	t.Parallel()
	h := newHolding(1, 100)
	big := []byte(`{"amount":1,"reference":"` + strings.Repeat("x", 64<<10) + `"}`)
	for i := range h.moves[h.accounts[0].ID] {
		h.moves[h.accounts[0].ID][i].Data = big
	}
	whole, pages := walk(t, h.client(t), 200, func(int) {})
	if h.check(t, whole); pages < 100*len(big)/(export.MostBytes+len(big)) {
		t.Errorf("%d pages", pages)
	}
}

// The API does not decrypt the data of an erased person, even if a restored backup has brought back
// the person's key.
func TestAnExportOpensNothingOfWhoIsErased(t *testing.T) {
	t.Parallel()
	h := newHolding(3)
	h.status = "erased"
	client := h.client(t)
	for _, path := range []string{exports, strings.TrimSuffix(exports, "/export")} {
		answer := send(t, client, http.MethodGet, path, "")
		if answer.status != 200 || h.decrypted > 0 || strings.Contains(answer.body, "Lovelace") || !strings.Contains(answer.body, `"erased"`) {
			t.Errorf("%s: %d were decrypted: %d %s", path, h.decrypted, answer.status, answer.body)
		}
	}
	h.status = "registered"
	if answer := send(t, client, http.MethodGet, exports, ""); !strings.Contains(answer.body, `"data":{"email":"Ada Lovelace","name":"Ada Lovelace"}`) {
		t.Errorf("got %s", answer.body)
	}
}

func TestCursorsOfAnExport(t *testing.T) {
	t.Parallel()
	client := newHolding(1, 1, 1).client(t)
	for _, c := range []query.Cursor{{Of: "events", Version: 1}, {Of: "export", Version: -1}} {
		if answer := send(t, client, http.MethodGet, exports+"?cursor="+*c.Encode(), ""); answer.status != 400 || answer.errorOf(t, "cursor") == "" {
			t.Errorf("%+v: got %d %s", c, answer.status, answer.body)
		}
	}
}

// No cache may store an answer with personal data: the cached answer would still exist after the
// person was erased.
func TestPersonalAnswersAreKeptNowhere(t *testing.T) {
	t.Parallel()
	client, customer := newHolding(1, 1).client(t), "/v1/customers/"+ada.String()
	for _, answer := range []reply{
		send(t, client, http.MethodGet, customer, ""),
		send(t, client, http.MethodGet, customer, "", "If-None-Match", "*"),
		send(t, client, http.MethodHead, customer, ""),
		send(t, client, http.MethodGet, customer+"/export", ""),
		send(t, client, http.MethodPost, "/v1/customers/search", `{"email":"ada@example.com"}`),
	} {
		if kept := answer.header.Values("Cache-Control"); len(kept) != 1 || kept[0] != "no-store" || answer.status > 304 {
			t.Errorf("%d %v: %s", answer.status, kept, answer.body)
		}
	}
}

// A search is a POST request with a body, but it is a query and not a command. It uses an execution
// slot for queries. Its answer names the epoch of the log that queries read. If the search fails,
// the answer does not say that a command may have been executed.
func TestALookUpIsAQuery(t *testing.T) {
	t.Parallel()
	h, written, read := newHolding(1), uuid.New(), uuid.New()
	f := newService()
	f.domain = func(o *Options) {
		o.Customers, o.Keys = Customers{People: h, Log: h}, h
		o.Edge.Epochs.Written.Known = func() uuid.UUID { return written }
		o.Edge.Epochs.Read.Known = func() uuid.UUID { return read }
	}
	client := f.client(t)
	ask := func() reply {
		return send(t, client, http.MethodPost, "/v1/customers/search", `{"email":"ada@example.com"}`)
	}
	if answer := ask(); answer.status != 200 || answer.header.Get("Log-Epoch") != read.String() {
		t.Errorf("got %d %v %s", answer.status, answer.header, answer.body)
	}
	h.fail = context.DeadlineExceeded
	if answer := ask(); answer.status != 503 || orEmpty(answer.problem(t).Code) != "unavailable" || answer.header.Get("Log-Epoch") != read.String() {
		t.Errorf("got %d %v %s", answer.status, answer.header, answer.body)
	}
	if metrics := send(t, client, http.MethodGet, "/metrics", "").body; strings.Contains(metrics, `command="findCustomers"`) {
		t.Error("it is counted as a command")
	}
	if answer := send(t, client, http.MethodGet, "/v1/customers?email=ada@example.com", ""); answer.status != 405 {
		t.Errorf("an address in the URL: got %d", answer.status)
	}
}

// For each read of a person's data, the API logs a line with the id of the person's stream and
// without personal data. If a read finds no person, the API logs no such line.
func TestReadsOfPersonalDataLeaveALine(t *testing.T) {
	t.Parallel()
	customer := "/v1/customers/" + ada.String()
	for name, test := range map[string]struct {
		method, path, body, status string
		lines                      int
	}{
		"the customer":         {http.MethodGet, customer, "", "registered", 1},
		"the export":           {http.MethodGet, customer + "/export", "", "registered", 1},
		"a look-up in vain":    {http.MethodPost, "/v1/customers/search", `{"email":"ada@example.com"}`, "registered", 0},
		"who was erased":       {http.MethodGet, customer, "", "erased", 0},
		"an export of nothing": {http.MethodGet, customer + "/export", "", "erased", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, h := newService(), newHolding(3, 1)
			h.status = test.status
			f.check = func(ctx context.Context, token string) (auth.Caller, error) {
				caller, err := auth.Anybody(ctx, token)
				caller.Subject = token
				return caller, err
			}
			f.domain = func(o *Options) {
				o.Customers, o.Keys = Customers{People: h, Log: h}, h
				o.Accounts = Accounts{Balances: heldAccounts{h}, History: h}
				o.Transfers = Transfers{Sent: heldTransfers{h}}
			}
			if answer := send(t, f.client(t), test.method, test.path, test.body, "Authorization", "Bearer olga"); answer.status != 200 {
				t.Fatalf("got %d %s", answer.status, answer.body)
			}
			if lines := f.logged(t, "personal data read"); len(lines) != test.lines {
				t.Fatalf("got %s", f.logs.String())
			}
			if test.lines == 1 {
				f.hasLine(t, "personal data read", map[string]string{"subject": "olga", "stream_ids": "[" + ada.String() + "]"})
			}
			if text := strings.ToLower(f.logs.String()); strings.Contains(text, "lovelace") || strings.Contains(text, "@") {
				t.Errorf("the log says %s", text)
			}
		})
	}
}
