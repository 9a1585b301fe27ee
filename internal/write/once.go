package write

import (
	"bytes"
	"context"
	"errors"
	"sync"
)

var (
	// ErrKeyReused says that an idempotency key came again with another request.
	ErrKeyReused = errors.New("idempotency key was used for another request")

	// ErrKeyInUse says that the first command with this key is still running.
	ErrKeyInUse = errors.New("a command with this idempotency key is still running")
)

// replay gives the first answer to the request's key again, if there is one.
func (h *Handler[S, C]) replay(ctx context.Context, r Request) (Result, bool, error) {
	first, found, err := h.store.Answer(ctx, r.Key)
	if err != nil || !found {
		return Result{}, false, err
	}
	if !bytes.Equal(first.Fingerprint, r.Fingerprint) {
		return Result{}, true, ErrKeyReused
	}
	return Result{StreamID: first.StreamID, Version: first.Version, Position: first.Position, Replayed: true}, true, nil
}

// keys are the idempotency keys that this process is working on. Between
// processes the append decides who was first.
type keys struct {
	mu      sync.Mutex
	running map[string]struct{}
}

// claim fails with ErrKeyInUse while somebody else holds the key.
func (k *keys) claim(key string) (release func(), err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, taken := k.running[key]; taken {
		return nil, ErrKeyInUse
	}
	k.running[key] = struct{}{}
	return func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		delete(k.running, key)
	}, nil
}
