package login

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// lasts is how long a session lasts.
const lasts = 12 * time.Hour

// mostSessions limits the sessions. At the limit, a new session replaces the one that ends first.
const mostSessions = 16

// Session is a browser that has logged in.
type Session struct {
	Operator string
	Form     string // secret of the session's forms: a request that changes something must have it
}

// newSession returns a session of an operator. The parameter secret identifies the session.
func newSession(key []byte, operator, secret string) Session {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(operator + "\x00" + secret))
	return Session{Operator: operator, Form: hex.EncodeToString(mac.Sum(nil))}
}

type sessionKey struct{}

func (s Session) within(ctx context.Context) context.Context {
	return context.WithValue(ctx, sessionKey{}, s)
}

// Of returns the session of a request that has passed Require.
func Of(ctx context.Context) Session {
	session, _ := ctx.Value(sessionKey{}).(Session)
	return session
}
