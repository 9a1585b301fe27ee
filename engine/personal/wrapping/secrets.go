package wrapping

import (
	"time"
)

// Lookups and Fingerprints are names of secrets in keys.secrets. The first key that persons are found by is under Lookups, and
// later ones begin with that and a space; the one under Fingerprints is not wrapped.
const (
	Lookups      = "lookups"
	Fingerprints = "fingerprints"
)

// KeyBytes is how long a key is that is wrapped.
const KeyBytes = 32

// FetchFor bounds a look for keys.
const FetchFor = 5 * time.Second
