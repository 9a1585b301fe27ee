//go:build linux

package answers

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// Call is one HTTP request that carries a command. If a request gets no answer, the client sends
// the command again with the same idempotency key.
type Call struct {
	Command Command
	Process int
	Token   int           // number of the key that signed the request's token
	Sent    time.Duration // time since the start of the run
	Done    time.Duration
	Status  int // HTTP status; 0: no answer
	Code    string
	Version int64
	At      int64     // position in the answer
	Epoch   string    // epoch in the answer
	Made    uuid.UUID // in the answer to a request for a transfer: the transfer's id
}

// Command is a command of a client. The field Key is sent as Idempotency-Key, and becomes the
// correlation id of the event that the command causes.
type Command struct {
	Key      uuid.UUID
	Account  uuid.UUID // id of the account, or of the customer
	Kind     string    // stored name of the event that the command causes
	Amount   int64
	IfMatch  int64     // 0: no If-Match
	Customer uuid.UUID // in an opening of an account: the customer to whom the account refers; usually none
	Subject  string    // in a command about a customer: the subject of the token
	Target   uuid.UUID // in a move or a transfer: the account to which the money moves
	Unknown  bool      // in a move: for the client's subject, the target does not exist
	Foreign  bool      // in a transfer: the account that should pay is not the client's subject's
}

// Moved is the kind of a command that moves the balance of its account to another account, and
// closes its account. No event is of this kind. The command causes three events: a withdrawal and a
// closing of one account, and a deposit to the other account. If the balance is 0, the command
// causes only the closing.
const Moved = "account.moved"

// TooMany is the code of a refusal: too many transfers of the subject are open. The service counts
// open transfers in a read model, which package order does not model. So package order accepts this
// refusal for every request for a transfer.
const TooMany = "too_many_transfers"

// Stream returns the id of the stream that contains the event of a successful call. This is the id
// of the command's account or customer, or of the transfer that the service has created.
func (c Call) Stream() uuid.UUID {
	if c.Command.Kind == sample.Requested {
		return c.Made
	}
	return c.Command.Account
}

// Succeeded reports whether the call was answered with 200, 201 or 202: the command took effect.
func (c Call) Succeeded() bool { return c.Status == 200 || c.Status == 201 || c.Status == 202 }

// Refused reports whether the API refused the command, so that this call has had no effect.
func (c Call) Refused() bool { return c.Status >= 400 && c.Status < 500 }

// Undecided reports whether the API refused the call without a decision on the command. There are
// three possible reasons: the command's first call is still running, the token was not accepted, or
// the client sent too many requests.
func (c Call) Undecided() bool {
	return c.Status == http.StatusConflict || c.Status == http.StatusUnauthorized || c.Status == http.StatusTooManyRequests
}

// Referred is the kind of a command that no client sends. Package order adds a command of this kind
// to its model of a customer when a client opens an account for the customer. The added command
// does not change the customer, and is refused if the customer does not exist.
const Referred = "customer.referred"

// Taken is the code of a refusal: another customer of the subject has the address.
const Taken = "email_taken"

func OfCustomer(code string) bool { return code == "customer_erased" || code == "customer_not_found" }

// Referral turns a call that opens an account for a customer into a call with the command Referred
// about this customer. Referral returns any other call unchanged.
func (c Call) Referral() Call {
	if c.Command.Kind == sample.Opened {
		c.Command.Kind, c.Command.Account = Referred, c.Command.Customer
	}
	return c
}

func AnswerOf(status int, code string) string {
	if status == 0 {
		return "no answer"
	}
	if code == "" {
		return strconv.Itoa(status)
	}
	return fmt.Sprint(status, " ", code)
}

// ComesAgain reports whether the client sends the command again after this answer.
func (c Call) ComesAgain() bool {
	return !c.Succeeded() && (!c.Refused() || c.Undecided())
}

// Undone reports whether the answer promises that the service has done nothing.
func (c Call) Undone() bool {
	return c.Status == 503 && (c.Code == "unavailable" || c.Code == "overloaded")
}

// harmless reports whether the call has had no effect, and can't have an effect later.
func (c Call) harmless() bool { return c.Refused() || c.Undone() }

// SentFirst returns the sending time of the first call that may have had an effect. If no call may
// have had an effect, SentFirst returns the sending time of the first call.
func SentFirst(calls []Call) time.Duration {
	for _, c := range calls {
		if !c.harmless() {
			return c.Sent
		}
	}
	return calls[0].Sent
}

func AllHarmless(calls []Call) bool {
	for _, c := range calls {
		if !c.harmless() {
			return false
		}
	}
	return true
}
