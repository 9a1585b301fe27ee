package readmodels_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/command/several"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/spec"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/read/transfers"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/internal/write/transfer"
	"example.com/pgcqrs/test/testdb"
)

// The row of a transfer is the result of the events of this transfer. A transfer that was not
// accepted keeps the status "debited" until the money is back.
func TestTransfers(t *testing.T) {
	t.Parallel()
	p := spec.NewProjection(t, rig.Connect(t, testdb.New(t)), events.DecodeEvent, transfers.Name, projection.Each(transfers.Apply), transfers.Tables...)
	const rows = `SELECT subject, amount, currency, reference, status, code, version FROM transfers ORDER BY amount`
	var asked int64
	request := func(more ...event.Event) {
		asked++
		first := events.TransferRequested{From: uuid.New(), To: uuid.New(), Amount: asked, Currency: "EUR", Reference: "rent", Subject: "ada"}
		p.Given("transfer", uuid.New(), append([]event.Event{first}, more...)...)
	}
	debited, notAccepted, refunded, expired := events.TransferDebited{}, events.TransferNotAccepted{}, events.TransferRefunded{}, events.TransferExpired{}
	request()
	request(debited)
	request(debited, events.TransferCompleted{})
	request(events.TransferRefused{Code: "insufficient_funds"})
	request(debited, notAccepted)
	request(debited, notAccepted, refunded)
	request(expired)
	request(expired, debited)
	request(expired, debited, refunded)
	request(expired, events.TransferRefused{Code: "account_closed"})
	p.Given("account", uuid.New(), events.AccountOpened{Owner: "Ada", Currency: "EUR"}, events.MoneyDeposited{Amount: 7, TransferID: uuid.New(), Refund: true})
	p.Then(rows,
		`(ada,1,EUR,rent,requested,"",1)`, `(ada,2,EUR,rent,debited,"",2)`, `(ada,3,EUR,rent,completed,"",3)`,
		`(ada,4,EUR,rent,refused,insufficient_funds,2)`, `(ada,5,EUR,rent,debited,"",3)`, `(ada,6,EUR,rent,refunded,not_accepted,4)`,
		`(ada,7,EUR,rent,expired,"",2)`, `(ada,8,EUR,rent,debited,"",3)`, `(ada,9,EUR,rent,refunded,expired,4)`,
		`(ada,10,EUR,rent,refused,account_closed,3)`)
}

// transferring has the handlers for all commands of a transfer. All handlers use one log.
type transferring struct {
	accounts  *command.Handler[account.State, account.Command]
	transfers *command.Handler[transfer.State, transfer.Command]
	requests  *several.Handler[transfer.Asked, transfer.Request]
}

func newTransferring(t *testing.T, pool *pgxpool.Pool) transferring {
	t.Helper()
	store := rig.Store(t, pool, events.DecodeEvent)
	return transferring{
		accounts:  command.NewHandler(store, "account", account.Decide, account.Evolve),
		transfers: command.NewHandler(store, "transfer", transfer.Decide, transfer.Evolve),
		requests:  several.NewHandler(store, transfer.DecideRequest),
	}
}

// request requests a transfer, and returns its id.
func (h transferring) request(t *testing.T, c transfer.Request) uuid.UUID {
	t.Helper()
	id := uuid.Must(uuid.NewV7())
	_, err := h.requests.Handle(t.Context(), func(a *transfer.Asked) []several.Stream {
		return []several.Stream{several.Into(h.transfers, id, &a.Transfer), several.Into(h.accounts, c.From, &a.From)}
	}, c, command.Request{NewStream: true})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// After each command of a transfer, the queries show the new state of the transfer to its subject.
func TestTheQueriesForTransfers(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	h := newTransferring(t, pool)
	projector := newProjector(pool, 0)
	projector.Add(transfers.Name, projection.Each(transfers.Apply), transfers.Tables...)
	await.Background(t, projector.Run)
	queries := transfers.NewQueries(pool)

	from, to := uuid.New(), uuid.New()
	rig.Handle(t, h.accounts, from, []account.Command{account.Open{Subject: "ada", Owner: "Ada", Currency: "EUR"}, account.Deposit{Subject: "ada", Amount: 70}}...)
	c := transfer.Request{Subject: "ada", From: from, To: to, Amount: 7, Reference: "rent"}
	done, back, late := h.request(t, c), h.request(t, c), h.request(t, c)
	rig.Handle(t, h.transfers, done, []transfer.Command{transfer.NoteDebited{}, transfer.NoteCompleted{}}...)
	rig.Handle(t, h.transfers, late, []transfer.Command{transfer.Expire{}, transfer.NoteDebited{}, transfer.NoteRefunded{}}...)
	position := rig.Handle(t, h.transfers, back, []transfer.Command{transfer.NoteDebited{}, transfer.NotAccept{}}...)
	rig.WaitFor(t, pool, transfers.Name, position)
	if open, err := queries.Open(t.Context(), "ada", 1000); err != nil || open != 1 {
		t.Errorf("%d transfers are open, %v", open, err)
	}
	checkTransfer(t, queries, back, "debited", "")
	position = rig.Handle(t, h.transfers, back, transfer.Command(transfer.NoteRefunded{}))
	rig.WaitFor(t, pool, transfers.Name, position)
	checkTransfer(t, queries, done, "completed", "")
	checkTransfer(t, queries, back, "refunded", "not_accepted")
	checkTransfer(t, queries, late, "refunded", "expired")

	row, at, err := queries.Get(t.Context(), "ada", back)
	if err != nil || at != position || row.RequestedAt.IsZero() || row.UpdatedAt.Before(row.RequestedAt) {
		t.Errorf("got %+v at %d, %v", row, at, err)
	}
	row.RequestedAt, row.UpdatedAt = time.Time{}, time.Time{}
	want := transfers.Transfer{
		ID: back, Subject: "ada", From: from, To: to, Amount: 7, Currency: "EUR", Reference: "rent", Status: "refunded", Code: "not_accepted", Version: 4,
	}
	if diff := cmp.Diff(want, row); diff != "" {
		t.Errorf("transfer (-want +got):\n%s", diff)
	}
	for subject, count := range map[string]int{"ada": 3, "bob": 0} {
		if page, _, err := queries.List(t.Context(), transfers.Filter{Subject: subject, From: from, Limit: 3}); err != nil || len(page.Transfers) != count || page.Next != nil {
			t.Errorf("%s: listed %+v, %v", subject, page, err)
		}
	}
	if page, _, err := queries.List(t.Context(), transfers.Filter{Subject: "ada", From: to, Limit: 3}); err != nil || len(page.Transfers) > 0 {
		t.Errorf("transfers to an account are listed: %+v, %v", page, err)
	}
}

func checkTransfer(t *testing.T, queries *transfers.Queries, id uuid.UUID, status, code string) {
	t.Helper()
	row, _, err := queries.Get(t.Context(), "ada", id)
	if err != nil || row.Status != status || row.Code != code {
		t.Errorf("the transfer is %q %q, want %q %q, %v", row.Status, row.Code, status, code, err)
	}
	if _, _, err := queries.Get(t.Context(), "bob", id); err == nil {
		t.Error("somebody else gets the transfer")
	}
}
