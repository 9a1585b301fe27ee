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

// Algorithms has the accepted signature algorithms. Each of them uses a key pair, of which this
// service knows only the public key. If the header of a token names the algorithm "none" or an HMAC
// algorithm, the token is refused.
var Algorithms = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA,
}

const (
	atMostEvery = time.Second     // shortest time between the beginnings of two reads; without this limit, anybody could cause many reads by tokens with unknown keys
	keyWait     = 3 * time.Second // how long a token with an unknown key waits for the next read and for the issuer's answer
	mayAwaitIt  = 256             // how many tokens may wait at the same time once keys are known; further tokens are refused immediately
)

var (
	errNoKeyFits     = errors.New("none of the issuer's keys has signed it")
	errManyAwaitKeys = errors.New("too many tokens wait for the issuer's keys to be read")
)

// Set has the keys of an issuer, as they were last read. If none of the known keys has signed a
// token, the token causes a new read of the keys, so that tokens with a new key are accepted. A
// slow read does not delay tokens with a known key.
type Set struct {
	client  *http.Client
	url     atomic.Pointer[string] // address of the keys; set before the first read
	Spacing time.Duration          // shortest time between the beginnings of two reads; set before the first read
	waiting *semaphore.Weighted

	mu     sync.Mutex
	known  []jose.JSONWebKey // the known keys; the slice is replaced and never changed
	latest *reading          // the latest read; nil: no read has begun
	good   time.Time         // beginning of the last read that returned a usable key; before the first one: when the Set was made
	read   bool              // whether a read has returned a usable key
}

// reading is one request for the issuer's keys. The fields keys and err are set before the channel
// done is closed, and never change afterwards.
type reading struct {
	began time.Time
	done  chan struct{}
	keys  []jose.JSONWebKey
	err   error
}

// NewSet returns a Set without keys. The caller must call At before the first read.
func NewSet() *Set {
	return &Set{client: NewClient(), Spacing: atMostEvery, waiting: semaphore.NewWeighted(mayAwaitIt), good: time.Now()}
}

// VerifySignature implements oidc.KeySet. If no known key has signed the token, VerifySignature
// waits until the keys are read again. If this read fails, or too many tokens already wait for it,
// VerifySignature does not know whether the signature is valid. It then stores the reason in the
// error variable that was passed to WithFailure. The oidc verifier itself does not return the
// errors of a KeySet.
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

// verify returns the signed payload if one of the keys has signed it. Otherwise verify returns
// nil.
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

// await waits until the keys are read again, and verifies the token with the keys of this read. If
// none of these keys has signed the token, await returns errNoKeyFits. If the parameter bounded is
// true, at most mayAwaitIt tokens may wait at the same time. Until the first key is known, bounded
// is false: no token can be accepted yet, so any number of tokens may wait.
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

// At sets the address of the issuer's keys.
func (k *Set) At(url string) { k.url.Store(&url) }

// Read reads the keys, and returns the error of the read. If a read is already running, Read waits
// for the following read.
func (k *Set) Read(ctx context.Context) error {
	return k.readSince(ctx, time.Now(), func([]jose.JSONWebKey) bool { return false })
}

// readSince reads the keys as often as necessary. After each read, readSince passes the keys to the
// function enough, and returns if the result of enough is true. readSince also returns after a read
// that began at or after the time in the parameter moment, because such a read returns all keys
// that were published before that time. If a read fails, readSince returns the error of the read.
// Until the next read may begin, later calls return the same error.
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

// reading returns the read for which the caller must wait. If a read is running, reading returns
// this read. If the last read began at the time in the parameter moment or later, reading returns
// the last read. Otherwise, if at least Spacing has passed since the last read began, reading
// begins a new read. If less time has passed and the last read has failed, reading returns the last
// read. If less time has passed and the last read has succeeded, reading returns nil and the time
// until a new read may begin.
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
	go k.fill(context.WithoutCancel(ctx), k.latest) // limited by the client's timeout and not by ctx, because other callers may wait for the same read
	return k.latest, 0
}

// fill reads the keys, and replaces the known keys by the keys in the answer. If the answer is not
// a set of keys, fill does not change the known keys.
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

// Age returns the time since the beginning of the last successful read of the keys, and true. A
// read is successful if it returns a usable key. Before the first successful read, Age returns the
// time since the call of NewSet, and false.
func (k *Set) Age() (since time.Duration, read bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return time.Since(k.good), k.read
}

type failureKey struct{}

// WithFailure returns a context for VerifySignature. If VerifySignature can't find out whether a
// signature is valid, it stores the reason in *to.
func WithFailure(ctx context.Context, to *error) context.Context {
	return context.WithValue(ctx, failureKey{}, to)
}

// signatures has the same algorithms as Algorithms, in the type that the parser needs.
var signatures = func() (all []jose.SignatureAlgorithm) {
	for _, name := range Algorithms {
		all = append(all, jose.SignatureAlgorithm(name))
	}
	return all
}()

var _ oidc.KeySet = (*Set)(nil)
