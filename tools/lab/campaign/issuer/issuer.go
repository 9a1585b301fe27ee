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
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// Issuer issues tokens. After a rotation of the signing key, the previous key stays published until
// the next rotation. A real issuer also publishes a previous key for a while. The service reaches
// the issuer through a wire (a TCP proxy).
type Issuer struct {
	own    *devissuer.Issuer
	Server *httptest.Server
	Wire   *proxy.Wire
	Away   atomic.Bool

	mu        sync.Mutex
	before    []jose.JSONWebKey // the previous key, which is still published; empty until the first rotation
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

// Rotate generates a new signing key. All later tokens are signed with the new key.
func (i *Issuer) Rotate() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.before = []jose.JSONWebKey{i.own.Key()}
	i.own.Rotate()
	i.published = append(i.published, time.Now())
}

// Token returns a new token of a subject, and the number of the key that signed the token. The
// first key has number 1.
func (i *Issuer) Token(subject string) (token string, key int) {
	return i.sign(subject, sample.Scopes, 0)
}

// ShortToken returns a token that expires after the given time.
func (i *Issuer) ShortToken(subject, scopes string, valid time.Duration) string {
	token, _ := i.sign(subject, scopes, valid)
	return token
}

// sign returns a signed token. If the parameter valid is 0, the token is valid for hours.
func (i *Issuer) sign(subject, scopes string, valid time.Duration) (token string, key int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	claims := i.own.Claims(subject, scopes)
	if valid > 0 {
		claims["exp"] = time.Now().Add(valid).Unix()
	}
	token, err := i.own.Token(claims)
	if err != nil {
		panic(err) // can't happen: the issuer generated the key itself
	}
	return token, len(i.published)
}

// Issued returns the time at which each key was published, as a duration since the given time.
func (i *Issuer) Issued(started time.Time) (all []time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, at := range i.published {
		all = append(all, at.Sub(started))
	}
	return all
}
