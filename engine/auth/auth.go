package auth

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Caller is the subject that a request comes from. The zero value may do nothing.
type Caller struct {
	// Subject is the issuer's name for the caller, 1 to 255 visible ASCII characters. Subjects of
	// any issuer but the database's first have that issuer's name and a space in front. Subject is
	// "" where AUTH=off.
	Subject string
	Scopes  []string  // what the token was given for
	Expires time.Time // the token's end; zero where AUTH=off
}

// May reports whether the caller's token grants a scope.
func (c Caller) May(scope string) bool { return slices.Contains(c.Scopes, scope) }

// Scopes of this service. Each operation of the contract names one.
const (
	ReadAccounts  = "accounts:read"
	WriteAccounts = "accounts:write"
	Operate       = "operate" // for those who run the service
)

// Check returns the caller that a bearer token names; the token is "" if the request has none. It
// fails with ErrNoToken or ErrBadToken, which the caller can mend, or with ErrIssuerAway, which the
// caller can't.
type Check func(ctx context.Context, token string) (Caller, error)

var (
	// ErrNoToken says that a request has no bearer token.
	ErrNoToken = errors.New("no bearer token")

	// ErrBadToken says that a token is not valid here, or not any more. The reason goes to the log
	// alone, so that a forger learns nothing from the answer.
	ErrBadToken = errors.New("token is not valid")

	// ErrIssuerAway says that the keys to check a token with can't be fetched from its issuer.
	ErrIssuerAway = errors.New("token issuer is away")
)

// Anybody implements Check for AUTH=off. It takes every request for the same caller, which has no
// name and may do everything.
func Anybody(context.Context, string) (Caller, error) {
	return Caller{Scopes: []string{ReadAccounts, WriteAccounts, Operate}}, nil
}
