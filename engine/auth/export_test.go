package auth

import (
	"context"
	"time"

	"example.com/pgcqrs/engine/auth/keys"
)

// Forget makes the next check of every token a new one.
func (i *Issuer) Forget() { i.recent.Purge() }

// Discover asks the issuer once.
func (i *Issuer) Discover(ctx context.Context) error { return i.discover(ctx) }

// CheckKeysURL calls keys.CheckURL.
func CheckKeysURL(issuer, url string) error { return keys.CheckURL(issuer, url) }

// ReadKeysEvery has the keys read so often, and at most once a second still. To be called before Run.
func (i *Issuer) ReadKeysEvery(interval time.Duration) { i.every = interval }

// ReadKeysAtAnyTime has the keys read as often as tokens ask for it. To be called before Run.
func (i *Issuer) ReadKeysAtAnyTime() { i.keys.Spacing = 0 }
