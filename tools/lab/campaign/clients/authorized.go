//go:build linux

package clients

import (
	"math/rand/v2"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/issuer"
)

// authorized holds a client's token. After a random time of one to five seconds, authorized
// replaces the token, long before the token expires.
type authorized struct {
	issuer  *issuer.Issuer
	subject string
	token   string
	key     int
	until   time.Time
}

func (a *authorized) renew(random *rand.Rand) {
	if a.token == "" || time.Now().After(a.until) {
		a.token, a.key = a.issuer.Token(a.subject)
		a.until = time.Now().Add(interval.Between(random, time.Second, 5*time.Second))
	}
}
