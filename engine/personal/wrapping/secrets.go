package wrapping

import (
	"time"
)

// Lookups and Fingerprints are the names of two secrets in the table keys.secrets. The first key
// with which searches find persons has the name Lookups. The name of each later such key begins
// with Lookups and a space. The key with the name Fingerprints is not wrapped.
const (
	Lookups      = "lookups"
	Fingerprints = "fingerprints"
)

// KeyBytes is the length, in bytes, of each key that the operator's key wraps.
const KeyBytes = 32

// FetchFor is the time limit of a query for keys.
const FetchFor = 5 * time.Second
