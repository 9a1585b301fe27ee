package wrapping

import (
	"time"
)

// Lookups and Fingerprints are names of secrets in keys.secrets. The first key of look-ups has the
// name Lookups, and the names of later ones begin with that and a space; the key Fingerprints is
// not wrapped.
const (
	Lookups      = "lookups"
	Fingerprints = "fingerprints"
)

// KeyBytes is the length of a key that is wrapped.
const KeyBytes = 32

// FetchFor bounds a look for keys.
const FetchFor = 5 * time.Second
