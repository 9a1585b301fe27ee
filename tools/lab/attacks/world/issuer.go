//go:build linux

package world

import (
	"net/http"
	"net/http/httptest"
	"sync"

	"example.com/pgcqrs/engine/enginetest/devissuer"
)

// issuer is a token issuer. The method stall makes it accept requests without answering them.
type issuer struct {
	tokens *devissuer.Issuer
	server *httptest.Server
	mu     sync.Mutex
	hang   chan struct{} // nil while the issuer answers; otherwise closed when it answers again
}

func startIssuer() *issuer {
	i := &issuer{}
	var handler http.Handler
	i.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if i.waits(r) {
			handler.ServeHTTP(w, r)
		}
	}))
	i.tokens = devissuer.New(i.server.URL)
	handler = i.tokens.Handler()
	return i
}

// waits returns true as soon as the issuer answers requests again, and false if the client
// disconnects first.
func (i *issuer) waits(r *http.Request) bool {
	i.mu.Lock()
	hang := i.hang
	i.mu.Unlock()
	if hang == nil {
		return true
	}
	select {
	case <-hang:
		return true
	case <-r.Context().Done():
		return false
	}
}

// stall makes the issuer leave every request unanswered until the returned function is called.
func (i *issuer) stall() (goOn func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	hang := make(chan struct{})
	i.hang = hang
	return func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		i.hang = nil
		close(hang)
	}
}

// tokenOf returns a new token for a subject with the usual scopes.
func (i *issuer) tokenOf(subject string) (string, error) {
	return i.tokens.Token(i.tokens.Claims(subject, "accounts:read accounts:write"))
}
