package auth

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Caller is who a request comes from. The zero value may do nothing.
type Caller struct {
	// Subject is the issuer's name for them, 1 to 255 visible ASCII characters. Those of another issuer than the
	// database's first have its name and a space before it. "" where AUTH=off.
	Subject string
	Scopes  []string  // what the token was given for
	Expires time.Time // the token's end; zero where AUTH=off
}

// May says whether the caller's token was given for a scope.
func (c Caller) May(scope string) bool { return slices.Contains(c.Scopes, scope) }

// The scopes that there are. Each operation of the contract names one.
const (
	ReadAccounts  = "accounts:read"
	WriteAccounts = "accounts:write"
	Operate       = "operate" // for those who run the service
)

// Check turns a bearer token, "" if there is none, into its caller. Its errors are
// ErrNoToken and ErrBadToken, which the caller can mend, and ErrIssuerAway, which they
// can't.
type Check func(ctx context.Context, token string) (Caller, error)

var (
	// ErrNoToken says that a request has no bearer token.
	ErrNoToken = errors.New("no bearer token")

	// ErrBadToken says that a token is not valid here, or not any more. Why not goes to
	// the log: who made the token up learns nothing from the answer.
	ErrBadToken = errors.New("token is not valid")

	// ErrIssuerAway says that the keys to check a token with can't be had from its issuer.
	ErrIssuerAway = errors.New("token issuer is away")
)

// Anybody is the Check of AUTH=off: it takes everybody for the same caller, without a
// name, who may do everything.
func Anybody(context.Context, string) (Caller, error) {
	return Caller{Scopes: []string{ReadAccounts, WriteAccounts, Operate}}, nil
}
