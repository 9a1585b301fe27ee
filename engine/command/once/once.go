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

// Again returns the answer to a request whose key has one already.
func Again(first event.Answered, fingerprint []byte) line.Answer {
	if !bytes.Equal(first.Fingerprint, fingerprint) {
		return line.Answer{Err: ErrKeyReused}
	}
	return line.Answer{StreamID: first.Appended.StreamID, Version: first.Appended.Version, Position: first.Appended.Position, Replayed: true}
}

// IsOutage reports whether an error says that the log is away, or has no room. It comes before the
// answer that a key may have: nobody can look that up now.
func IsOutage(err error) bool {
	return errors.Is(err, event.ErrUnavailable) || errors.Is(err, event.ErrUnknownOutcome) ||
		errors.Is(err, event.ErrOverloaded)
}

// Keys are the idempotency keys that this process is working on. Between
// processes the append decides who was first.
type Keys struct {
	mu      sync.Mutex
	running map[string]struct{}
}

// NewKeys makes Keys of which none is claimed.
func NewKeys() *Keys { return &Keys{running: make(map[string]struct{})} }

// Claim fails with ErrKeyInUse while another command holds the key. No key is no claim.
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

// Release lets the next command have a key.
func (k *Keys) Release(key string) {
	if key == "" {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.running, key)
}
