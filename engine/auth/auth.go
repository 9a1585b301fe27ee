package auth

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Caller is the subject that sends a request, with its scopes. The zero value has no scope, so
// it may do nothing.
type Caller struct {
	// Subject is the name by which the log and the limits know the caller. Subject is the
	// token's sub, 1 to 255 visible ASCII characters. If the token is not from the first issuer
	// of the database, the issuer's name and a space stand before the sub. Subject is "" if
	// AUTH=off.
	Subject string
	Scopes  []string  // scopes that the token grants
	Expires time.Time // when the token expires; zero with AUTH=off
}

// May reports whether the caller's token grants a scope.
func (c Caller) May(scope string) bool { return slices.Contains(c.Scopes, scope) }

// These are the scopes of this service. Each operation of the contract names one of them.
const (
	ReadAccounts  = "accounts:read"
	WriteAccounts = "accounts:write"
	Operate       = "operate" // for operators of the service
)

// Check returns the caller that a bearer token names. If the request has no token, the token is
// "". Check fails with ErrNoToken or ErrBadToken if the caller needs another token, and with
// ErrIssuerAway if the token can't be checked now.
type Check func(ctx context.Context, token string) (Caller, error)

var (
	// ErrNoToken says that a request has no bearer token.
	ErrNoToken = errors.New("no bearer token")

	// ErrBadToken says that a token is not valid for this service, or has expired. The reason is
	// logged, but the answer does not contain it, so that a forger learns nothing from the
	// answer.
	ErrBadToken = errors.New("token is not valid")

	// ErrIssuerAway says that the issuer's keys, which are needed to check a token, can't be
	// fetched.
	ErrIssuerAway = errors.New("token issuer is away")
)

// Anybody implements Check for AUTH=off. For every request, with or without a token, Anybody
// returns a caller that has no subject and has all scopes.
func Anybody(context.Context, string) (Caller, error) {
	return Caller{Scopes: []string{ReadAccounts, WriteAccounts, Operate}}, nil
}
