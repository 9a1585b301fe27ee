package transfer

import (
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/write/account"
)

// MostOpen is the largest number of transfers of one subject that may be open at the same time.
const MostOpen = 1000

// Request asks for a transfer of Amount minor units from the account From to the account To.
type Request struct {
	Subject   string // the subject that sends the command; "" with AUTH=off
	From, To  uuid.UUID
	Amount    int64
	Reference string
}

// Asked has the states on which a Request is decided: the new transfer, and the account From. Asked
// does not have the account To, so the answer to a Request can't depend on that account.
type Asked struct {
	Transfer State
	From     account.State
}

// DecideRequest returns the events of the transfer. The account From gets no events. The account
// From must belong to the subject, and its balance must be large enough. Otherwise DecideRequest
// refuses the Request immediately, because the debit would be refused later. The balance may change
// before the debit, so the debit may still be refused. The currency of the transfer is that of the
// account From.
func DecideRequest(a Asked, c Request) ([][]event.Event, error) {
	switch {
	case a.From.Status == account.Unopened || a.From.Subject != c.Subject:
		return nil, event.ErrStreamNotFound
	case a.Transfer.Status != Unrequested:
		return reject("id_taken", "there is another transfer with this id; choose another id")
	case c.From == c.To:
		return reject("same_account", "to must name another account than from")
	case c.Amount < 1 || c.Amount > account.MaxAmount:
		return reject("invalid_amount", fmt.Sprintf("amount must be from 1 to %d minor units", int64(account.MaxAmount)))
	case a.From.Status == account.Closed:
		return reject("account_closed", "the account is closed")
	case c.Amount > a.From.Balance:
		return reject("insufficient_funds", fmt.Sprintf("the balance is %d minor units", a.From.Balance))
	}
	return [][]event.Event{{events.TransferRequested{
		From: c.From, To: c.To, Amount: c.Amount, Currency: a.From.Currency, Reference: c.Reference, Subject: c.Subject,
	}}}, nil
}

// RejectTooMany returns the rejection of a Request of a subject that has MostOpen open transfers.
func RejectTooMany() error {
	_, err := reject("too_many_transfers", fmt.Sprintf("%d transfers of yours are not finished yet; try again later", MostOpen))
	return err
}

func reject(code, detail string) ([][]event.Event, error) {
	return nil, &event.Rejection{Code: code, Detail: detail}
}
