package edge

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/edge/admission"
)

// The number of requests of one subject or address that run at the same time is limited. A request
// over the limit is refused immediately. After a running request is done, another request may run.
// Trusted proxies have no limit.
func TestRequestsAtOnceAreBounded(t *testing.T) {
	t.Parallel()
	const proxy, first, second = "10.0.0.1:1", "192.0.2.1:1", "192.0.2.2:1"
	for name, test := range map[string]struct {
		limits        admission.Limits
		subject, peer string // sender of the second request, while ada's request from the first address runs
		status        int
	}{
		"a subject":            {admission.Limits{SubjectRequests: 1}, "ada", second, 429},
		"another subject":      {admission.Limits{SubjectRequests: 1}, "eve", first, 200},
		"an address":           {admission.Limits{AddressRequests: 1}, "eve", first, 429},
		"another address":      {admission.Limits{AddressRequests: 1}, "ada", second, 200},
		"nobody, by default":   {admission.Limits{}, "ada", first, 200},
		"a proxy's own, twice": {admission.Limits{AddressRequests: 1, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")}}, "eve", first, 200},
		"a proxy's, of others": {admission.Limits{AddressRequests: 1, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}, "eve", proxy, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, room, id := newService(), newRoom(), uuid.New()
			f.check = func(_ context.Context, token string) (auth.Caller, error) {
				return auth.Caller{Subject: token, Scopes: scopes}, nil
			}
			f.options = func(o *Options) {
				o.Limits = test.limits
				o.Epochs.Read.Known = func() uuid.UUID { return uuid.Nil }
				var once sync.Once
				o.Epochs.Read.Now = func(context.Context) (uuid.UUID, error) { once.Do(room.stay); return id, nil }
			}
			served := f.handler(t)
			ask := func(subject, peer string, waits bool) int {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/trail", http.NoBody)
				r.RemoteAddr = peer
				r.Header.Set("Authorization", "Bearer "+subject)
				if waits {
					r.Header.Set("Log-Epoch", id.String())
				}
				w := httptest.NewRecorder()
				served.ServeHTTP(w, r)
				return w.Code
			}
			done := make(chan int)
			go func() { done <- ask("ada", first, true) }()
			<-room.entered
			if status := ask(test.subject, test.peer, false); status != test.status {
				t.Errorf("the second got %d", status)
			}
			probe := httptest.NewRecorder()
			served.ServeHTTP(probe, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/healthz", http.NoBody))
			if probe.Code != 200 {
				t.Errorf("a probe got %d", probe.Code)
			}
			close(room.leave)
			if status := <-done; status != 200 {
				t.Errorf("the first got %d", status)
			}
			if status := ask(test.subject, test.peer, false); status != 200 {
				t.Errorf("after it was done: got %d", status)
			}
		})
	}
}

// room blocks running requests until the test closes the channel leave.
type room struct{ entered, leave chan struct{} }

func newRoom() room { return room{make(chan struct{}), make(chan struct{})} }

func (r room) stay() {
	r.entered <- struct{}{}
	<-r.leave
}
