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

// replay settles the commands whose keys have an answer already with that one.
func (g *group[S, C]) replay(ctx context.Context) error {
	byKey := make(map[string]*command[C])
	var keys []string
	for _, c := range g.commands {
		if c.Key != "" && !c.settled {
			byKey[c.Key] = c
			keys = append(keys, c.Key)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	answers, err := g.store.Answers(ctx, keys)
	if err != nil {
		return inTime(err)
	}
	for key, first := range answers {
		if !bytes.Equal(first.Fingerprint, byKey[key].Fingerprint) {
			g.settle(byKey[key], answer{err: ErrKeyReused})
			continue
		}
		g.settle(byKey[key], answer{result: Result{
			StreamID: first.StreamID, Version: first.Version, Position: first.Position, Replayed: true,
		}})
	}
	return nil
}

// keys are the idempotency keys that this process is working on. Between
// processes the append decides who was first.
type keys struct {
	mu      sync.Mutex
	running map[string]struct{}
}

// claim fails with ErrKeyInUse while another command holds the key. No key is no claim.
func (k *keys) claim(key string) error {
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

func (k *keys) release(key string) {
	if key == "" {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.running, key)
}
