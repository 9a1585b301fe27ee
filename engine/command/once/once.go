package once

import (
	"bytes"
	"errors"
	"sync"

	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/event"
)

var (
	// ErrKeyReused says that an idempotency key was sent before with another request.
	ErrKeyReused = errors.New("idempotency key was used for another request")

	// ErrKeyInUse says that another command with the same idempotency key is still running.
	ErrKeyInUse = errors.New("a command with this idempotency key is still running")
)

// Again returns the stored answer of a key if the request has the fingerprint of the first
// request. Otherwise Again returns ErrKeyReused.
func Again(first event.Answered, fingerprint []byte) line.Answer {
	if !bytes.Equal(first.Fingerprint, fingerprint) {
		return line.Answer{Err: ErrKeyReused}
	}
	return line.Answer{StreamID: first.Appended.StreamID, Version: first.Appended.Version, Position: first.Appended.Position, Replayed: true}
}

// IsOutage reports whether an error says that the log can't be reached, or accepts no more
// appends. After an outage, a handler does not look up the answer of the command's key, because
// the look-up would fail, too.
func IsOutage(err error) bool {
	return errors.Is(err, event.ErrUnavailable) || errors.Is(err, event.ErrUnknownOutcome) ||
		errors.Is(err, event.ErrOverloaded)
}

// Keys has the idempotency keys of the commands that run in this process. If several processes
// have a command with the same key, the append determines which one was first.
type Keys struct {
	mu      sync.Mutex
	running map[string]struct{}
}

// NewKeys returns Keys without a claimed key.
func NewKeys() *Keys { return &Keys{running: make(map[string]struct{})} }

// Claim claims a key for a command, or fails with ErrKeyInUse if another command has claimed it.
// For an empty key, Claim does nothing.
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

// Release ends the claim on a key, so that the next command can claim it.
func (k *Keys) Release(key string) {
	if key == "" {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.running, key)
}
