package auth

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/sync/semaphore"
)

// atMostEvery bounds how often the issuer is asked for its keys: anybody can make up
// tokens whose keys nobody knows.
const atMostEvery = time.Second

var errJustFetched = errors.New("keys were fetched just now")

// sparing asks for keys at most once in atMostEvery. In between the last error is everybody's.
type sparing struct {
	next http.RoundTripper
	mu   sync.Mutex
	last time.Time
	err  error // of the last time
}

func (s *sparing) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.last) < atMostEvery {
		if s.err != nil {
			return nil, s.err
		}
		return nil, errJustFetched
	}
	response, err := s.next.RoundTrip(r)
	s.last, s.err = time.Now(), err
	if err != nil {
		return nil, err
	}
	return response, nil
}

const (
	keyWait    = time.Second // how long a token whose key is not known waits for the fetch of keys
	mayAwaitIt = 256         // tokens at once, where keys are known; the next is answered at once
)

var errManyAwaitKeys = errors.New("fetching keys takes long, and too many tokens wait for it")

// keySet is the issuer's keys, fetched again when a token names one that is not there:
// that is how keys rotate. A fetch that hangs holds up no token of a known key.
type keySet struct {
	remote  *oidc.RemoteKeySet // has one fetch at a time
	known   atomic.Bool        // some keys are
	waiting *semaphore.Weighted
}

func newKeySet(ctx context.Context, url string) *keySet {
	return &keySet{remote: oidc.NewRemoteKeySet(ctx, url), waiting: semaphore.NewWeighted(mayAwaitIt)}
}

// VerifySignature implements oidc.KeySet. That it could not tell whether the signature
// is good it says by withFailure's error: the verifier does not pass errors on.
func (k *keySet) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	payload, err := k.look(ctx, token)
	if errors.Is(err, context.Canceled) {
		payload, err = k.await(ctx, token)
	}
	if errors.Is(err, errJustFetched) { // perhaps for us: look once more at what came
		payload, err = k.await(ctx, token)
	}
	if err == nil {
		k.known.Store(true)
	}
	if err != nil && strings.HasPrefix(err.Error(), "fetching keys") && !errors.Is(err, errJustFetched) {
		if away, ok := ctx.Value(failureKey{}).(*error); ok {
			*away = err
		}
	}
	return payload, err
}

// look tries the keys that are known. If none of them fits, a fetch is begun, unless one is
// out, and not waited for: that is context.Canceled.
func (k *keySet) look(ctx context.Context, token string) ([]byte, error) {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	return k.remote.VerifySignature(ctx, token)
}

// await waits for the fetch that is out. Before any key is known, nobody can be let in, and
// whoever comes may wait.
func (k *keySet) await(ctx context.Context, token string) ([]byte, error) {
	if k.known.Load() {
		if !k.waiting.TryAcquire(1) {
			return nil, errManyAwaitKeys
		}
		defer k.waiting.Release(1)
	}
	ctx, cancel := context.WithTimeout(ctx, keyWait)
	defer cancel()
	return k.remote.VerifySignature(ctx, token)
}

type failureKey struct{}

func withFailure(ctx context.Context, to *error) context.Context {
	return context.WithValue(ctx, failureKey{}, to)
}
