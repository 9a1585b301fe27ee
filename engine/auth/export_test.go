package auth

import (
	"context"
	"time"
)

// Forget makes the next check of every token a new one.
func (i *Issuer) Forget() { i.recent.Purge() }

// Discover asks the issuer once.
func (i *Issuer) Discover(ctx context.Context) error { return i.discover(ctx) }

// CheckKeysURL is checkKeysURL.
func CheckKeysURL(issuer, keys string) error { return checkKeysURL(issuer, keys) }

// ReadKeysEvery has the keys read so often, and at most once a second still. To be called before Run.
func (i *Issuer) ReadKeysEvery(interval time.Duration) { i.every = interval }

// ReadKeysAtAnyTime has the keys read as often as tokens ask for it. To be called before Run.
func (i *Issuer) ReadKeysAtAnyTime() { i.keys.spacing = 0 }
