package auth

import (
	"context"
	"time"

	"example.com/pgcqrs/engine/auth/keys"
)

// Forget empties the cache of valid tokens, so that the next Check of each token verifies the token
// again.
func (i *Issuer) Forget() { i.recent.Purge() }

// Discover reads the issuer's configuration once.
func (i *Issuer) Discover(ctx context.Context) error { return i.discover(ctx) }

// CheckKeysURL calls keys.CheckURL.
func CheckKeysURL(issuer, url string) error { return keys.CheckURL(issuer, url) }

// ReadKeysEvery sets the interval between two reads of the issuer's keys. With any interval, the
// keys are read at most once a second. ReadKeysEvery must be called before Run.
func (i *Issuer) ReadKeysEvery(interval time.Duration) { i.every = interval }

// ReadKeysAtAnyTime removes the limit of one read of the keys per second, so that every token with
// an unknown key causes a read. ReadKeysAtAnyTime must be called before Run.
func (i *Issuer) ReadKeysAtAnyTime() { i.keys.Spacing = 0 }
