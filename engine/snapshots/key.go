package snapshots

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Key authenticates snapshots: a row that is written without it is not accepted. nil is no key,
// with which no row is written and none accepted.
type Key []byte

// leastKey is the fewest bytes of a Key.
const leastKey = 32

// NewKey returns a Key of a secret text, at least 32 bytes, and no key for "". Its error does not
// contain the text.
func NewKey(text string) (Key, error) {
	if text == "" {
		return nil, nil
	}
	if len(text) < leastKey {
		return nil, errors.New("it is too short: it must have at least 32 bytes, such as openssl rand -hex 32 prints")
	}
	return Key(text), nil
}

// MAC authenticates everything in a row, including its stream.
func (k Key) MAC(streamType string, id uuid.UUID, shape []byte, s event.Snapshot) []byte {
	mac := hmac.New(sha256.New, k)
	fmt.Fprintf(mac, "snapshot 1 %q %s %d %d %s %x %d ", streamType, id, s.Version, s.Position, s.EventID, shape, len(s.State))
	mac.Write(s.State)
	return mac.Sum(nil)
}

// Valid reports whether snapshots can be written under the key.
func (k Key) Valid() bool { return len(k) >= leastKey }

// accepts reports whether a row was written with the key.
func (k Key) accepts(mac []byte, streamType string, id uuid.UUID, shape []byte, s event.Snapshot) bool {
	return k.Valid() && hmac.Equal(mac, k.MAC(streamType, id, shape, s))
}
