package events

import "github.com/google/uuid"

// All amounts of these events are positive, in the currency's minor unit, such as cents.
type (
	// AccountOpened is the first event of an account's stream.
	AccountOpened struct {
		Owner      string    `json:"owner"`
		Currency   string    `json:"currency"`             // ISO 4217 code
		Subject    string    `json:"subject,omitempty"`    // the owner: the subject that has opened the account, with the prefix of its issuer
		CustomerID uuid.UUID `json:"customer_id,omitzero"` // the customer to whom the account refers; zero: none
	}
	// MoneyDeposited adds to the balance.
	MoneyDeposited struct {
		Amount     int64     `json:"amount"`
		Reference  string    `json:"reference,omitempty"`
		TransferID uuid.UUID `json:"transfer_id,omitzero"` // the transfer that pays; zero: none
		Refund     bool      `json:"refund,omitempty"`     // whether the account gets back what the transfer took from it
	}
	// MoneyWithdrawn subtracts from the balance.
	MoneyWithdrawn struct {
		Amount     int64     `json:"amount"`
		Reference  string    `json:"reference,omitempty"`
		TransferID uuid.UUID `json:"transfer_id,omitzero"` // the transfer that the account pays; zero: none
	}
	// AccountClosed closes the account, whose balance is zero. A refund may still arrive later.
	AccountClosed struct{}
)

func (AccountOpened) EventType() string  { return "account.opened" }
func (MoneyDeposited) EventType() string { return "account.money_deposited" }
func (MoneyWithdrawn) EventType() string { return "account.money_withdrawn" }
func (AccountClosed) EventType() string  { return "account.closed" }

// OwnedBy implements event.Owned.
func (e AccountOpened) OwnedBy() string { return e.Subject }

func (AccountOpened) SchemaVersion() int  { return 1 }
func (MoneyDeposited) SchemaVersion() int { return 1 }
func (MoneyWithdrawn) SchemaVersion() int { return 1 }
func (AccountClosed) SchemaVersion() int  { return 1 }
