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

// Call is one request of a command. A command without an answer is sent again, under its key.
type Call struct {
	Command Command
	Process int
	Token   int           // the number of the key of the token that it was made with
	Sent    time.Duration // since the start
	Done    time.Duration
	Status  int // 0: no answer
	Code    string
	Version int64
	At      int64  // position
	Epoch   string // of the log that the answer is about
}

// Command is what a client wants done. Its key is the Idempotency-Key, and the correlation id of
// its event.
type Command struct {
	Key      uuid.UUID
	Account  uuid.UUID // or customer
	Kind     string    // as the event's type is stored
	Amount   int64
	IfMatch  int64     // 0: none
	Customer uuid.UUID // of an opening: the customer of the account; mostly none
}

// Succeeded reports whether the command has taken effect.
func (c Call) Succeeded() bool { return c.Status == 200 || c.Status == 201 }

// Refused reports whether the command has taken no effect, at least not by this call.
func (c Call) Refused() bool { return c.Status >= 400 && c.Status < 500 }

// Undecided reports whether a refusal does not depend on the command itself: its first call is
// still running, it needs another token, or it comes too soon.
func (c Call) Undecided() bool {
	return c.Status == http.StatusConflict || c.Status == http.StatusUnauthorized || c.Status == http.StatusTooManyRequests
}

// Referred is what an opening does to the customer of the account: it changes nothing, but is
// refused unless the customer exists.
const Referred = "customer.referred"

func OfCustomer(code string) bool { return code == "customer_erased" || code == "customer_not_found" }

// Referral returns the part of an opening that concerns the customer. A refusal of a command to the
// customer itself is returned unchanged.
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

// ComesAgain reports whether the client sends the command again because of this answer.
func (c Call) ComesAgain() bool {
	return !c.Succeeded() && (!c.Refused() || c.Undecided())
}

// Undone reports whether an answer promises that nothing was done.
func (c Call) Undone() bool {
	return c.Status == 503 && (c.Code == "unavailable" || c.Code == "overloaded")
}

// harmless reports whether a call can't have taken effect, now or later.
func (c Call) harmless() bool { return c.Refused() || c.Undone() }

// SentFirst returns when a command was sent first, counting only the calls that may have taken
// effect.
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
