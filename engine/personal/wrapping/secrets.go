package wrapping

import (
	"time"
)

// Lookups and Fingerprints are the names of two keys in the table keys.secrets. The first secret of
// look-ups, with which searches find persons, has the name Lookups. The name of each later secret
// of look-ups begins with Lookups and a space. The key with the name Fingerprints is stored without
// being wrapped.
const (
	Lookups      = "lookups"
	Fingerprints = "fingerprints"
)

// KeyBytes is the length, in bytes, of each key that the operator's key wraps.
const KeyBytes = 32

// FetchFor is the time limit of a query for keys.
const FetchFor = 5 * time.Second
