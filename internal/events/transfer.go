package events

import "github.com/google/uuid"

// A transfer moves money from an account of the subject that requested the transfer to any other
// account. These events record the transfer's progress. Events of the two accounts move the money,
// and contain the transfer's id.
type (
	// TransferRequested is the first event of a transfer's stream. The account From pays, and the
	// account To gets the money.
	TransferRequested struct {
		From      uuid.UUID `json:"from"`
		To        uuid.UUID `json:"to"`       // any id: nothing is known about this account
		Amount    int64     `json:"amount"`   // positive, in the currency's minor unit
		Currency  string    `json:"currency"` // ISO 4217 code of the account From
		Reference string    `json:"reference,omitempty"`
		Subject   string    `json:"subject,omitempty"` // the owner: the subject that has requested the transfer, with the prefix of its issuer
	}
	// TransferDebited records that the account From has paid.
	TransferDebited struct{}
	// TransferCompleted records that the account To has the money.
	TransferCompleted struct{}
	// TransferRefused records that the account From did not pay. No money was moved.
	TransferRefused struct {
		Code string `json:"code"` // code of the rejection, such as insufficient_funds
	}
	// TransferNotAccepted records that the account To did not take the money. The money goes back
	// to the account From. The event contains no reason: the owner of From must not learn whether
	// To exists, is closed or has another currency.
	TransferNotAccepted struct{}
	// TransferRefunded records that the account From has its money again.
	TransferRefunded struct{}
	// TransferExpired records that the account From has not paid in time. If this account pays
	// later, the event TransferDebited follows, and the money goes back. If the account does not pay
	// at all, TransferRefused follows.
	TransferExpired struct{}
)

func (TransferRequested) EventType() string   { return "transfer.requested" }
func (TransferDebited) EventType() string     { return "transfer.debited" }
func (TransferCompleted) EventType() string   { return "transfer.completed" }
func (TransferRefused) EventType() string     { return "transfer.refused" }
func (TransferNotAccepted) EventType() string { return "transfer.not_accepted" }
func (TransferRefunded) EventType() string    { return "transfer.refunded" }
func (TransferExpired) EventType() string     { return "transfer.expired" }

// OwnedBy implements event.Owned.
func (e TransferRequested) OwnedBy() string { return e.Subject }

func (TransferRequested) SchemaVersion() int   { return 1 }
func (TransferDebited) SchemaVersion() int     { return 1 }
func (TransferCompleted) SchemaVersion() int   { return 1 }
func (TransferRefused) SchemaVersion() int     { return 1 }
func (TransferNotAccepted) SchemaVersion() int { return 1 }
func (TransferRefunded) SchemaVersion() int    { return 1 }
func (TransferExpired) SchemaVersion() int     { return 1 }
