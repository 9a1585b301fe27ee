package auth

import (
	"context"
	"time"

	"example.com/pgcqrs/engine/auth/keys"
)

// Forget forgets the tokens that were found valid, so that the next Check of each token verifies
// it again.
func (i *Issuer) Forget() { i.recent.Purge() }

// Discover asks the issuer once for its configuration.
func (i *Issuer) Discover(ctx context.Context) error { return i.discover(ctx) }

// CheckKeysURL calls keys.CheckURL.
func CheckKeysURL(issuer, url string) error { return keys.CheckURL(issuer, url) }

// ReadKeysEvery sets the interval between two reads of the keys. The keys are still read at most
// once a second. ReadKeysEvery must be called before Run.
func (i *Issuer) ReadKeysEvery(interval time.Duration) { i.every = interval }

// ReadKeysAtAnyTime removes the shortest time between two reads of the keys, so that every token
// with an unknown key causes a read. ReadKeysAtAnyTime must be called before Run.
func (i *Issuer) ReadKeysAtAnyTime() { i.keys.Spacing = 0 }
