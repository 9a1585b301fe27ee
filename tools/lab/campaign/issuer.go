//go:build linux

package main

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"

	"example.com/pgcqrs/engine/enginetest/devissuer"
	"example.com/pgcqrs/tools/lab/load/drive"
)

// The subjects: accounts and customers are one's, and nobody else is to see them.
const (
	subject  = "campaign"
	stranger = "stranger"
)

// issuer gives tokens. Its signing keys rotate as an issuer's do: the one before is published for a while longer.
// The service reaches it over a wire.
type issuer struct {
	own    *devissuer.Issuer
	server *httptest.Server
	wire   *wire
	away   atomic.Bool

	mu        sync.Mutex
	before    []jose.JSONWebKey // that is still published: one, or none yet
	published []time.Time       // when each key was, of all times
}

func startIssuer() (*issuer, error) {
	i := &issuer{published: []time.Time{time.Now()}}
	i.server = httptest.NewServer(http.HandlerFunc(i.serve))
	var err error
	if i.wire, err = newWire(i.server.Listener.Addr().String()); err != nil {
		return nil, err
	}
	i.own = devissuer.New(i.url())
	return i, nil
}

func (i *issuer) url() string { return "http://" + i.wire.address() }

func (i *issuer) serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/keys" {
		i.own.Handler().ServeHTTP(w, r)
		return
	}
	i.mu.Lock()
	set := jose.JSONWebKeySet{}
	for _, key := range append([]jose.JSONWebKey{i.own.Key()}, i.before...) {
		set.Keys = append(set.Keys, key.Public())
	}
	i.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(set) // whoever asked is gone if this fails
}

// rotate signs by a new key from now on.
func (i *issuer) rotate() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.before = []jose.JSONWebKey{i.own.Key()}
	i.own.Rotate()
	i.published = append(i.published, time.Now())
}

// token returns a new token of a subject, and the number of the key that has signed it, from 1 on.
func (i *issuer) token(subject string) (token string, key int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	token, err := i.own.Token(i.own.Claims(subject, "accounts:read accounts:write"))
	if err != nil {
		panic(err) // it has made the key itself
	}
	return token, len(i.published)
}

// issued returns when each key was published, since a time.
func (i *issuer) issued(started time.Time) (all []time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, at := range i.published {
		all = append(all, at.Sub(started))
	}
	return all
}

// rotateIssuerKeys is the issuer that signs by a new key at once. While it can't be reached that would lock everybody out.
func rotateIssuerKeys(_ context.Context, w *world, _ int, _ *rand.Rand) error {
	if w.issuer.away.Load() {
		return errNotNow
	}
	w.issuer.rotate()
	return nil
}

const nowhereAt = "127.0.0.1:1" // nobody listens there

// issuerAway has the issuer hang, or be gone, for a while. Somebody sends tokens of their own making all the while, whose
// keys the service asks for in vain.
func issuerAway(ctx context.Context, w *world, _ int, random *rand.Rand) error {
	i, hangs := w.issuer, random.IntN(2) == 0
	asking, cancel := context.WithTimeout(ctx, between(random, 2*time.Second, 5*time.Second))
	defer cancel()
	i.away.Store(true)
	if i.wire.deaf.Store(hangs); !hangs {
		i.wire.leadTo(nowhereAt)
	}
	i.wire.cut()
	var all sync.WaitGroup
	for process, api := range w.apis {
		all.Go(func() { w.intrude(asking, process, api.address) })
	}
	<-asking.Done()
	i.wire.leadTo(i.server.Listener.Addr().String())
	i.wire.deaf.Store(false)
	i.wire.cut()
	i.away.Store(false)
	all.Wait()
	return nil
}

// intrusion is the answer to a token by a key that the issuer never had.
type intrusion struct{ process, status int }

// intrude sends tokens by keys that nobody knows.
func (w *world) intrude(ctx context.Context, process int, address string) {
	connection, other := drive.NewConnection(address, callFor), devissuer.New(w.issuer.url())
	defer connection.Close()
	for ; ctx.Err() == nil; pause(ctx, 100*time.Millisecond) {
		token, err := other.Token(other.Claims(subject, "accounts:read accounts:write"))
		if err != nil {
			return
		}
		other.Rotate()
		if answer, err := connection.Send(drive.Request{Method: http.MethodGet, Path: "/v1/accounts", Token: token}); err == nil {
			w.history.noteIntrusion(intrusion{process, answer.Status})
		}
	}
}

func (h *history) noteIntrusion(i intrusion) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.intrusions = append(h.intrusions, i)
}

const (
	keysKnownIn = 5 * time.Second  // after a key was published a token by it is taken
	forgetsIn   = 30 * time.Second // after it was told to end, a process ends
)

// tokens sees that each token of the issuer's is taken: whatever its key once that has been out for a while, and while the
// issuer is away wherever the key is known. Any other is not.
func tokens(e *evidence, v *verdict) {
	known := e.firstTaken()
	for _, c := range e.calls {
		if c.status == 0 || c.token == 0 {
			continue
		}
		if v.Looked++; c.status != http.StatusUnauthorized && c.code != "issuer_unavailable" {
			continue
		}
		away := e.awayDuring(c)
		switch {
		case c.status == http.StatusUnauthorized && away == nil && e.isValidToken(c):
			v.violated("API %d was sent a token by key %d at %v, which was published at %v, and refused it", c.process, c.token, c.sent, e.issued[c.token-1])
		case away != nil && e.knewBefore(known, c, *away):
			v.violated("API %d had taken a token by key %d, and did not at %v, while the issuer was away: %s", c.process, c.token, c.sent, answerOf(c.status, c.code))
		}
	}
	for _, i := range e.intrusions {
		if i.status < 400 || i.status == http.StatusNotFound {
			v.violated("API %d took a token by a key that the issuer never had, and answered %d", i.process, i.status)
		}
	}
}

// isValidToken says of a token that its key had been out for a while when it was sent, and still was when it was answered.
func (e *evidence) isValidToken(c call) bool {
	withdrawn := len(e.issued) > c.token+1 && e.issued[c.token+1] <= c.done // by the key after the next one
	return !withdrawn && e.issued[c.token-1]+keysKnownIn <= c.sent && e.lateAt(c.sent-keysKnownIn, c.done) <= settle
}

// awayDuring returns the time for which the issuer was away when a call was under way, or just before.
func (e *evidence) awayDuring(c call) *span {
	for n, s := range e.spans {
		if s.kind == "issuer-away" && s.from <= c.done && s.to+keysKnownIn >= c.sent {
			return &e.spans[n]
		}
	}
	return nil
}

// taking is a process that has taken a token by a key.
type taking struct{ process, token int }

// firstTaken returns when each process has taken tokens by a key.
func (e *evidence) firstTaken() map[taking][]time.Duration {
	all := make(map[taking][]time.Duration)
	for _, c := range e.calls {
		if c.status >= 200 && c.status < 500 && c.status != http.StatusUnauthorized {
			at := taking{c.process, c.token}
			all[at] = append(all[at], c.done)
		}
	}
	for _, times := range all {
		slices.Sort(times)
	}
	return all
}

// knewBefore says that a process had taken a token by a call's key before the issuer went away, knew it since, and
// that the call was made wholly within that time.
func (e *evidence) knewBefore(known map[taking][]time.Duration, c call, away span) bool {
	if c.sent < away.from || c.done > away.to {
		return false
	}
	times := known[taking{c.process, c.token}]
	n, _ := slices.BinarySearch(times, away.from)
	if n == 0 {
		return false
	}
	taken := times[n-1]
	return !slices.ContainsFunc(e.spans, func(s span) bool { // it may be another process by now
		return (ends(s.kind) && s.process == c.process || s.kind == "rolling-restart") && s.to+forgetsIn >= taken && s.from <= c.done
	})
}

func ends(kind string) bool { return kind == "kill-api" || kind == "end-api" }

// authorized is a client's token, and takes another now and then, as they expire.
type authorized struct {
	issuer *issuer
	token  string
	key    int
	until  time.Time
}

func (a *authorized) renew(random *rand.Rand) {
	if a.token == "" || time.Now().After(a.until) {
		a.token, a.key = a.issuer.token(subject)
		a.until = time.Now().Add(between(random, time.Second, 5*time.Second))
	}
}
