package account

import "github.com/google/uuid"

// These commands are the steps of a transfer. A workflow sends them, encoded as JSON; no client can
// send them.
type (
	// Send subtracts Amount minor units for a transfer, if the balance is large enough. The account
	// must belong to the Subject.
	Send struct {
		Transfer  uuid.UUID `json:"transfer"`
		Subject   string    `json:"subject"`
		Amount    int64     `json:"amount"`
		Reference string    `json:"reference,omitempty"`
	}
	// Receive adds Amount minor units of a transfer. It has no subject: anybody may pay into an
	// account.
	Receive struct {
		Transfer  uuid.UUID `json:"transfer"`
		Currency  string    `json:"currency"`
		Amount    int64     `json:"amount"`
		Reference string    `json:"reference,omitempty"`
	}
	// Refund gives back what Send has subtracted. Every account that was ever opened takes a
	// refund, even if the account was closed meanwhile, and even if its balance then exceeds
	// MaxBalance.
	Refund struct {
		Transfer  uuid.UUID `json:"transfer"`
		Amount    int64     `json:"amount"`
		Reference string    `json:"reference,omitempty"`
	}
)

func (c Send) subject() string  { return c.Subject }
func (Receive) subject() string { return "" }
func (Refund) subject() string  { return "" }
