package once

import (
	"bytes"
	"errors"
	"sync"

	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/event"
)

var (
	// ErrKeyReused says that an idempotency key was already used for a different request.
	ErrKeyReused = errors.New("idempotency key was used for another request")

	// ErrKeyInUse says that another command with the same idempotency key is still running.
	ErrKeyInUse = errors.New("a command with this idempotency key is still running")
)

// Again returns the stored answer of a key if the request has the same fingerprint as the first
// request with the key. Otherwise Again returns ErrKeyReused.
func Again(first event.Answered, fingerprint []byte) line.Answer {
	if !bytes.Equal(first.Fingerprint, fingerprint) {
		return line.Answer{Err: ErrKeyReused}
	}
	return line.Answer{StreamID: first.Appended.StreamID, Version: first.Appended.Version, Position: first.Appended.Position, Replayed: true}
}

// IsOutage reports whether an error says that the log can't be reached, or is overloaded. After
// such an error, a Handler does not look up the answer of the command's idempotency key, because
// the look-up would fail, too.
func IsOutage(err error) bool {
	return errors.Is(err, event.ErrUnavailable) || errors.Is(err, event.ErrUnknownOutcome) ||
		errors.Is(err, event.ErrOverloaded)
}

// Keys has the idempotency keys of the commands that run in this process. If several processes
// execute commands with the same key, the first append takes effect, and the other appends fail.
type Keys struct {
	mu      sync.Mutex
	running map[string]struct{}
}

// NewKeys returns Keys in which no key is claimed.
func NewKeys() *Keys { return &Keys{running: make(map[string]struct{})} }

// Claim claims a key for a command. If another command has already claimed the key, Claim returns
// ErrKeyInUse. If the key is empty, Claim does nothing and returns nil.
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

// Release ends the claim on a key, so that another command can claim the key.
func (k *Keys) Release(key string) {
	if key == "" {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.running, key)
}
