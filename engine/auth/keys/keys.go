package keys

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/sync/semaphore"
)

// Algorithms are the signature algorithms that are accepted. All use a key pair, of which only the
// public half is known here. "none" and HMAC are not among them, whatever a token's header says.
var Algorithms = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA,
}

const (
	atMostEvery = time.Second     // shortest time between two reads: anybody can make up tokens with unknown keys
	keyWait     = 3 * time.Second // how long a token with an unknown key waits: for the next read to begin, and for the answer
	mayAwaitIt  = 256             // tokens that wait at once, while keys are known; the next is answered at once
)

var (
	errNoKeyFits     = errors.New("none of the issuer's keys has signed it")
	errManyAwaitKeys = errors.New("too many tokens wait for the issuer's keys to be read")
)

// Set holds the issuer's keys, as of the last answer that was a set of keys. A token that none of
// them has signed makes it read the keys again: that is how keys rotate. A slow read delays no
// token with a known key.
type Set struct {
	client  *http.Client
	url     atomic.Pointer[string] // address of the keys; set before the first read
	Spacing time.Duration          // between the beginnings of two reads; set before the first read
	waiting *semaphore.Weighted

	mu     sync.Mutex
	known  []jose.JSONWebKey // never changed, only replaced
	latest *reading          // nil: none yet
	good   time.Time         // when the last read began that brought keys; before the first: when the set was made
	read   bool              // a read has brought keys
}

// reading is one request for the keys. Its fields are set before done is closed, and never after.
type reading struct {
	began time.Time
	done  chan struct{}
	keys  []jose.JSONWebKey
	err   error
}

// NewSet returns a Set without keys. At has to be called before the first read.
func NewSet() *Set {
	return &Set{client: NewClient(), Spacing: atMostEvery, waiting: semaphore.NewWeighted(mayAwaitIt), good: time.Now()}
}

// VerifySignature implements oidc.KeySet. If it can't tell whether the signature is good, it says
// so by the error of WithFailure: the verifier does not pass errors on.
func (k *Set) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	signed, err := jose.ParseSignedCompact(token, signatures)
	if err != nil {
		return nil, fmt.Errorf("parse token: %w", err)
	}
	arrived, known := time.Now(), k.now()
	if payload := verify(signed, known); payload != nil {
		return payload, nil
	}
	payload, err := k.await(ctx, arrived, signed, len(known) > 0)
	if err != nil && !errors.Is(err, errNoKeyFits) && ctx.Err() == nil {
		if away, ok := ctx.Value(failureKey{}).(*error); ok {
			*away = err
		}
	}
	return payload, err
}

// verify returns the signed payload, or nil if none of the keys has signed it.
func verify(signed *jose.JSONWebSignature, keys []jose.JSONWebKey) []byte {
	id := signed.Signatures[0].Header.KeyID
	for _, key := range keys {
		if id != "" && key.KeyID != id {
			continue
		}
		if payload, err := signed.Verify(key); err == nil {
			return payload
		}
	}
	return nil
}

// await looks for the token's key in every set that is read from now on. Until the first key is
// known, no request can be let in, so that any number of tokens may wait.
func (k *Set) await(ctx context.Context, arrived time.Time, signed *jose.JSONWebSignature, bounded bool) (payload []byte, err error) {
	if bounded {
		if !k.waiting.TryAcquire(1) {
			return nil, errManyAwaitKeys
		}
		defer k.waiting.Release(1)
	}
	ctx, cancel := context.WithTimeout(ctx, keyWait)
	defer cancel()
	err = k.readSince(ctx, arrived, func(keys []jose.JSONWebKey) bool {
		payload = verify(signed, keys)
		return payload != nil
	})
	if err == nil && payload == nil {
		err = errNoKeyFits
	}
	return payload, err
}

// At sets the address of the keys.
func (k *Set) At(url string) { k.url.Store(&url) }

// Read waits until a read that begins from now on has ended, and returns that read's error.
func (k *Set) Read(ctx context.Context) error {
	return k.readSince(ctx, time.Now(), func([]jose.JSONWebKey) bool { return false })
}

// readSince waits until the known keys are enough, or until a read has ended that began after the
// moment: its keys include all that were published before the moment. The error of the last read is
// returned to every caller until the next read may begin.
func (k *Set) readSince(ctx context.Context, moment time.Time, enough func([]jose.JSONWebKey) bool) error {
	for {
		reading, rest := k.reading(ctx, moment)
		if reading == nil {
			select {
			case <-time.After(rest):
				continue
			case <-ctx.Done():
				return fmt.Errorf("wait until the issuer's keys may be read: %w", ctx.Err())
			}
		}
		select {
		case <-reading.done:
		case <-ctx.Done():
			return fmt.Errorf("wait for the issuer's keys: %w", ctx.Err())
		}
		if reading.err != nil {
			return reading.err
		}
		if enough(reading.keys) || !reading.began.Before(moment) {
			return nil
		}
	}
}

// reading returns the read that is running; the last one, if it began late enough for the moment;
// or a new one. If no read may begin yet, it returns nil and the time until one may.
func (k *Set) reading(ctx context.Context, moment time.Time) (*reading, time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if latest := k.latest; latest != nil {
		rest := k.Spacing - time.Since(latest.began)
		select {
		case <-latest.done:
			if !latest.began.Before(moment) || rest > 0 && latest.err != nil {
				return latest, 0
			}
		default:
			return latest, 0
		}
		if rest > 0 {
			return nil, rest
		}
	}
	k.latest = &reading{began: time.Now(), done: make(chan struct{})}
	go k.fill(context.WithoutCancel(ctx), k.latest) // bounded by the client's timeout, not by this caller: others may wait for the read, too
	return k.latest, 0
}

// fill reads the keys. Keys that are gone from the issuer's answer are dropped; an answer that is
// not a set of keys leaves the known ones.
func (k *Set) fill(ctx context.Context, r *reading) {
	keys, err := readKeys(ctx, k.client, *k.url.Load())
	k.mu.Lock()
	defer k.mu.Unlock()
	if err == nil {
		k.known = keys
		if len(keys) == 0 {
			err = errNoKeys
		} else {
			k.good, k.read = r.began, true
		}
	}
	r.keys, r.err = keys, err
	close(r.done)
}

func (k *Set) now() []jose.JSONWebKey {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.known
}

// Age returns the time since the beginning of the last read that brought keys, and whether there
// was one. Before the first, it counts from the start.
func (k *Set) Age() (since time.Duration, read bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return time.Since(k.good), k.read
}

type failureKey struct{}

// WithFailure returns a context in which VerifySignature stores into to why it could not tell
// whether a signature is good.
func WithFailure(ctx context.Context, to *error) context.Context {
	return context.WithValue(ctx, failureKey{}, to)
}

// signatures are the algorithms, as the parser's type.
var signatures = func() (all []jose.SignatureAlgorithm) {
	for _, name := range Algorithms {
		all = append(all, jose.SignatureAlgorithm(name))
	}
	return all
}()

var _ oidc.KeySet = (*Set)(nil)
