//go:build linux

package issuer

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"

	"example.com/pgcqrs/engine/enginetest/devissuer"
	"example.com/pgcqrs/tools/lab/campaign/proxy"
)

// Issuer gives tokens. Its signing keys rotate as an issuer's do: the previous key stays published
// for a while. The service reaches it through a wire.
type Issuer struct {
	own    *devissuer.Issuer
	Server *httptest.Server
	Wire   *proxy.Wire
	Away   atomic.Bool

	mu        sync.Mutex
	before    []jose.JSONWebKey // the previous key, which is still published; none at first
	published []time.Time       // when each key was published
}

func Start() (*Issuer, error) {
	i := &Issuer{published: []time.Time{time.Now()}}
	i.Server = httptest.NewServer(http.HandlerFunc(i.serve))
	var err error
	if i.Wire, err = proxy.New(i.Server.Listener.Addr().String()); err != nil {
		return nil, err
	}
	i.own = devissuer.New(i.URL())
	return i, nil
}

func (i *Issuer) URL() string { return "http://" + i.Wire.Address() }

func (i *Issuer) serve(w http.ResponseWriter, r *http.Request) {
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
	_ = json.NewEncoder(w).Encode(set) // if this fails, the client is gone
}

// Rotate signs with a new key from now on.
func (i *Issuer) Rotate() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.before = []jose.JSONWebKey{i.own.Key()}
	i.own.Rotate()
	i.published = append(i.published, time.Now())
}

// Token returns a new token of a subject, and the number of the key that signed it, from 1 on.
func (i *Issuer) Token(subject string) (token string, key int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	token, err := i.own.Token(i.own.Claims(subject, "accounts:read accounts:write"))
	if err != nil {
		panic(err) // it has made the key itself
	}
	return token, len(i.published)
}

// Issued returns when each key was published, measured from a time.
func (i *Issuer) Issued(started time.Time) (all []time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, at := range i.published {
		all = append(all, at.Sub(started))
	}
	return all
}
