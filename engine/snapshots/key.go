package snapshots

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Key authenticates snapshots. A row of the table snapshots that was written without the key is not
// accepted. If the Key is nil, no row is written or accepted.
type Key []byte

// leastKey is the smallest length of a Key, in bytes.
const leastKey = 32

// NewKey returns a Key made of a secret text, which must have at least 32 bytes. If the text is
// empty, NewKey returns a nil Key. If the text is too short, NewKey returns an error, which does
// not contain the text.
func NewKey(text string) (Key, error) {
	if text == "" {
		return nil, nil
	}
	if len(text) < leastKey {
		return nil, errors.New("it is too short: it must have at least 32 bytes, such as openssl rand -hex 32 prints")
	}
	return Key(text), nil
}

// MAC returns the message authentication code of a row. It is computed from all columns except
// taken_at and the code itself.
func (k Key) MAC(streamType string, id uuid.UUID, shape []byte, s event.Snapshot) []byte {
	mac := hmac.New(sha256.New, k)
	fmt.Fprintf(mac, "snapshot 1 %q %s %d %d %s %x %d ", streamType, id, s.Version, s.Position, s.EventID, shape, len(s.State))
	mac.Write(s.State)
	return mac.Sum(nil)
}

// Valid reports whether the Key is not nil, so that snapshots can be written with the Key.
func (k Key) Valid() bool { return len(k) >= leastKey }

// accepts reports whether a row was written with this Key.
func (k Key) accepts(mac []byte, streamType string, id uuid.UUID, shape []byte, s event.Snapshot) bool {
	return k.Valid() && hmac.Equal(mac, k.MAC(streamType, id, shape, s))
}
