package auth

import "context"

// Forget makes the next check of every token a new one.
func (i *Issuer) Forget() { i.recent.Purge() }

// Discover asks the issuer once.
func (i *Issuer) Discover(ctx context.Context) error { return i.discover(ctx) }

// CheckKeysURL is checkKeysURL.
func CheckKeysURL(issuer, keys string) error { return checkKeysURL(issuer, keys) }
