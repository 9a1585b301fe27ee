package command

import (
	"bytes"
	"context"
	"errors"
	"sync"

	"example.com/pgcqrs/engine/event"
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
	g.asked = true
	for key, first := range answers {
		g.settle(byKey[key], byKey[key].again(first))
	}
	return nil
}

// again is the answer to a request whose key has one already.
func (r Request) again(first event.Answered) answer {
	if !bytes.Equal(first.Fingerprint, r.Fingerprint) {
		return answer{err: ErrKeyReused}
	}
	return answer{result: Result{StreamID: first.StreamID, Version: first.Version, Position: first.Position, Replayed: true}}
}

// refused is the answer to a request that can't be decided for this reason: the first one, if
// its key has that.
func (h *Handler[S, C]) refused(ctx context.Context, r Request, reason error) (Result, error) {
	if r.Key == "" || isOutage(reason) {
		return Result{}, reason
	}
	answers, err := h.store.Answers(ctx, []string{r.Key})
	if err != nil {
		return Result{}, inTime(err)
	}
	if first, ok := answers[r.Key]; ok {
		a := r.again(first)
		return a.result, a.err
	}
	return Result{}, reason
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
