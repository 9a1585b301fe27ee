package auth

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Caller is the subject that sends a request, with its scopes. The zero value has no scope and
// therefore no permissions.
type Caller struct {
	// Subject identifies the caller in the log and in request limits. Subject is the claim sub of
	// the token, with 1 to 255 visible ASCII characters. If the token's issuer is not the first
	// issuer of the database, Subject is the issuer's name, a space and the sub. With AUTH=off,
	// Subject is "".
	Subject string
	Scopes  []string  // scopes that the token grants
	Expires time.Time // when the token expires; zero with AUTH=off
}

// May reports whether the caller's token grants a scope.
func (c Caller) May(scope string) bool { return slices.Contains(c.Scopes, scope) }

// Scopes of this service. Each operation in the API's OpenAPI document requires one of these
// scopes, unless it needs no token.
const (
	ReadAccounts  = "accounts:read"
	WriteAccounts = "accounts:write"
	Operate       = "operate" // for operators of the service
)

// Check returns the caller that a bearer token names. If the request has no token, the parameter
// token is "". For a missing or invalid token, Check returns ErrNoToken or ErrBadToken. If the
// token can't be checked at present, Check returns ErrIssuerAway.
type Check func(ctx context.Context, token string) (Caller, error)

var (
	// ErrNoToken says that a request has no bearer token.
	ErrNoToken = errors.New("no bearer token")

	// ErrBadToken says that a token is not valid for this service, or has expired. The reason is
	// logged. The answer to the client does not contain the reason, so that somebody who forges
	// tokens learns nothing.
	ErrBadToken = errors.New("token is not valid")

	// ErrIssuerAway says that a token can't be checked, because the issuer's keys can't be fetched.
	ErrIssuerAway = errors.New("token issuer is away")
)

// Anybody returns a caller without a subject and with all scopes, for every request, with or
// without a token. With AUTH=off, programs use Anybody as their Check.
func Anybody(context.Context, string) (Caller, error) {
	return Caller{Scopes: []string{ReadAccounts, WriteAccounts, Operate}}, nil
}
