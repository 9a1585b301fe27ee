package once

import (
	"bytes"
	"errors"
	"sync"

	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/event"
)

var (
	// ErrKeyReused says that an idempotency key came again with another request.
	ErrKeyReused = errors.New("idempotency key was used for another request")

	// ErrKeyInUse says that the first command with this key is still running.
	ErrKeyInUse = errors.New("a command with this idempotency key is still running")
)

// Again returns the stored answer of a key to a request with the same fingerprint.
func Again(first event.Answered, fingerprint []byte) line.Answer {
	if !bytes.Equal(first.Fingerprint, fingerprint) {
		return line.Answer{Err: ErrKeyReused}
	}
	return line.Answer{StreamID: first.Appended.StreamID, Version: first.Appended.Version, Position: first.Appended.Position, Replayed: true}
}

// IsOutage reports whether an error says that the log is away or has no room. Such an error comes
// before the answer that a key may have, which nobody can look up then.
func IsOutage(err error) bool {
	return errors.Is(err, event.ErrUnavailable) || errors.Is(err, event.ErrUnknownOutcome) ||
		errors.Is(err, event.ErrOverloaded)
}

// Keys holds the idempotency keys that this process works on. Between processes the append decides
// which was first.
type Keys struct {
	mu      sync.Mutex
	running map[string]struct{}
}

// NewKeys returns Keys of which none is claimed.
func NewKeys() *Keys { return &Keys{running: make(map[string]struct{})} }

// Claim fails with ErrKeyInUse while another command has the key. An empty key claims nothing.
func (k *Keys) Claim(key string) error {
	if key == "" {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, taken := k.running[key]; taken {
		return ErrKeyInUse
	}
	k.running[key] = struct{}{}
	return nil
}

// Release makes a key free for the next command.
func (k *Keys) Release(key string) {
	if key == "" {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.running, key)
}
