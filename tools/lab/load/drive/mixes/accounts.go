package mixes

import (
	"fmt"
	"net/http"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

// Accounts holds the bank accounts of a load. The ids of the accounts depend only on the seed. So a
// later run with the same seed opens the same accounts again, which changes nothing.
type Accounts struct {
	ids      []string
	reads    []string // paths of the accounts
	deposits []string
}

// NewAccounts chooses the accounts' ids.
func NewAccounts(seed uint64, count int) *Accounts {
	a := &Accounts{}
	for i := range count {
		id := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "load %d/%d", seed, i)).String()
		a.ids = append(a.ids, id)
		a.reads = append(a.reads, "/v1/accounts/"+id)
		a.deposits = append(a.deposits, "/v1/accounts/"+id+"/deposits")
	}
	return a
}

// Paths returns the path of each account.
func (a *Accounts) Paths() []string { return a.reads }

var deposit = []byte(`{"amount":100,"reference":"load"}`)

// Deposit returns a request for a deposit to the account with the given number. If key is empty,
// the request has no Idempotency-Key.
func (a *Accounts) Deposit(account int, key string) wire.Request {
	return wire.Request{Method: http.MethodPost, Path: a.deposits[account], Body: deposit, Key: key}
}

// Transfer returns a request for a transfer of a small amount between the accounts with the given
// numbers.
func (a *Accounts) Transfer(from, to int) wire.Request {
	body := fmt.Appendf(nil, `{"from":%q,"to":%q,"amount":1,"reference":"load"}`, a.ids[from], a.ids[to])
	return wire.Request{Method: http.MethodPost, Path: "/v1/transfers", Body: body}
}

// Len returns the number of accounts.
func (a *Accounts) Len() int { return len(a.ids) }
