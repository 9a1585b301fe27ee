package auth_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/enginetest/devissuer"
)

// keysFrom returns a test issuer, and an auth.Issuer that checks the tokens of the test issuer. The
// handler in the parameter keys answers the requests for the keys. While the auth.Issuer runs, it
// reads the keys once a second, which is the shortest interval.
func keysFrom(t *testing.T, keys http.HandlerFunc) (*devissuer.Issuer, *auth.Issuer) {
	t.Helper()
	var issuer *devissuer.Issuer
	server := httptest.NewUnstartedServer(nil)
	url := "http://" + server.Listener.Addr().String()
	issuer = devissuer.New(url)
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/keys" {
			keys(w, r)
			return
		}
		issuer.Handler().ServeHTTP(w, r)
	})
	server.Start()
	t.Cleanup(server.Close)
	check := newCheck(url)
	check.ReadKeysEvery(time.Millisecond)
	return issuer, check
}

func tokenOf(t *testing.T, issuer *devissuer.Issuer) string {
	t.Helper()
	token, err := issuer.Token(issuer.Claims("ada", "accounts:read"))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// If the keys can't be read, the service does not know whether a token is valid. The service must
// then not answer that the token is bad, not even between two attempts to read the keys.
func TestKeysThatCantBeReadAreNoReasonToRefuse(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("a redirect was followed")
	}))
	t.Cleanup(elsewhere.Close)
	for name, keys := range map[string]http.HandlerFunc{
		"HTML":        func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>maintenance</html>") },
		"nothing":     func(http.ResponseWriter, *http.Request) {},
		"another":     func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"error":"x"}`) },
		"no keys":     func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"keys":[]}`) },
		"broken keys": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"keys":[{"kty":"RSA"},7]}`) },
		"a redirect":  func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) },
	} {
		issuer, check := keysFrom(t, keys)
		start(t, check)
		token := tokenOf(t, issuer)
		for range 3 {
			if _, err := check.Check(t.Context(), token); !errors.Is(err, auth.ErrIssuerAway) {
				t.Errorf("%s: got %v", name, err)
			}
		}
		if err := check.Ready(t.Context()); !errors.Is(err, auth.ErrIssuerAway) {
			t.Errorf("%s: ready, and no token can be checked: %v", name, err)
		}
	}
}

// When the issuer no longer publishes a key, the next read drops this key, even if it was the only
// one. The keys are read at intervals, even if no token causes a read. If the answer of the issuer
// is not a set of keys, no key is dropped.
func TestAWithdrawnKeyIsDropped(t *testing.T) {
	t.Parallel()
	var published atomic.Value // the body of the issuer's answer
	published.Store(`{"keys":[]}`)
	issuer, check := keysFrom(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, published.Load()) })
	publish := func(keys ...jose.JSONWebKey) {
		var set jose.JSONWebKeySet
		for _, key := range keys {
			set.Keys = append(set.Keys, key.Public())
		}
		text, err := json.Marshal(set)
		if err != nil {
			t.Fatal(err)
		}
		published.Store(string(text))
	}
	withdrawn := issuer.Key()
	issuer.Rotate()
	stays := issuer.Key()
	publish(withdrawn, stays)
	start(t, check)
	checked := func(key jose.JSONWebKey) error { // checks a new token, which the cache does not have
		token, err := devissuer.Sign(key, issuer.Claims("ada", "accounts:read"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = check.Check(t.Context(), token)
		return err
	}
	eventually(t, func() bool { return checked(withdrawn) == nil && checked(stays) == nil })
	publish(stays)
	eventually(t, func() bool { return errors.Is(checked(withdrawn), auth.ErrBadToken) })
	published.Store(`{"error":"maintenance"}`)
	age := check.KeysAge()
	eventually(t, func() bool { return check.KeysAge() > age+2*time.Second })
	if err := checked(stays); err != nil {
		t.Errorf("an answer that is no set of keys withdraws one: %v", err)
	}
	published.Store(`{"keys":[]}`)
	eventually(t, func() bool { return errors.Is(checked(stays), auth.ErrIssuerAway) })
}

// The keys are read at intervals, even if no token causes a read, so that a withdrawn key is
// dropped.
func TestKeysAreReadWithoutAToken(t *testing.T) {
	t.Parallel()
	var reads atomic.Int32
	_, check := keysFrom(t, func(http.ResponseWriter, *http.Request) { reads.Add(1) })
	start(t, check)
	eventually(t, func() bool { return reads.Load() > 2 })
}

// If the issuer's configuration names a new address of the keys, the keys are read from the new
// address.
func TestKeysThatMoveAreFollowed(t *testing.T) {
	t.Parallel()
	var configuration, keys atomic.Value
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/.well-known/openid-configuration":
			_, _ = fmt.Fprint(w, configuration.Load())
		case "/moved":
			_, _ = fmt.Fprint(w, keys.Load())
		default: // the old address still answers after the move
			_, _ = io.WriteString(w, `{"keys":[]}`)
		}
	}))
	t.Cleanup(server.Close)
	issuer := devissuer.New(server.URL)
	key := issuer.Key()
	set, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key.Public()}})
	if err != nil {
		t.Fatal(err)
	}
	keys.Store(string(set))
	at := func(path string) {
		configuration.Store(fmt.Sprintf(`{"issuer":%q,"jwks_uri":%q}`, server.URL, server.URL+path))
	}
	at("/keys")
	check := newCheck(server.URL)
	check.ReadKeysEvery(time.Millisecond)
	start(t, check)
	if _, err := check.Check(t.Context(), tokenOf(t, issuer)); !errors.Is(err, auth.ErrIssuerAway) {
		t.Errorf("before: %v", err)
	}
	at("/moved")
	eventually(t, func() bool {
		_, err := check.Check(t.Context(), tokenOf(t, issuer))
		return err == nil
	})
}

// If an issuer sends an endless answer, only a limited number of bytes is read.
func TestKeysAreReadUpToABound(t *testing.T) {
	t.Parallel()
	const most = 8 << 20 // limit in bytes: more than the buffers between client and server can contain, and far less than the endless answer
	var sent atomic.Int64
	ended := make(chan struct{})
	end := sync.OnceFunc(func() { close(ended) })
	issuer, check := keysFrom(t, func(w http.ResponseWriter, _ *http.Request) {
		defer end()
		part := []byte(strings.Repeat(" ", 64<<10))
		for sent.Load() < 64<<20 {
			n, err := w.Write(part)
			sent.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	start(t, check)
	if _, err := check.Check(t.Context(), tokenOf(t, issuer)); !errors.Is(err, auth.ErrIssuerAway) {
		t.Errorf("got %v", err)
	}
	<-ended
	if sent.Load() > most {
		t.Errorf("%d MiB were read", sent.Load()>>20)
	}
}

// If the set of keys has a key of an unknown kind, this key is ignored, and the other keys can
// still be used (RFC 7517, 5).
func TestAKeyOfAnotherKindIsLeftOut(t *testing.T) {
	t.Parallel()
	var set atomic.Value
	issuer, check := keysFrom(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, set.Load()) })
	key := issuer.Key()
	public, err := json.Marshal(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	set.Store(`{"keys":[{"kty":"OKP","crv":"X448","x":"AA"},{"kty":"AKP","alg":"ML-DSA-44","pub":"AA"},{"kty":"oct","k":"c2VjcmV0"},{"kty":"RSA"},` + string(public) + `]}`)
	start(t, check)
	if _, err := check.Check(t.Context(), tokenOf(t, issuer)); err != nil {
		t.Error(err)
	}
}

// If a token is signed with a key that the issuer publishes for encryption, the token is refused.
func TestAKeyForEncryptionSignsNothing(t *testing.T) {
	t.Parallel()
	var issuer *devissuer.Issuer
	issuer, check := keysFrom(t, func(w http.ResponseWriter, _ *http.Request) {
		signs := issuer.Key()
		key := signs.Public()
		key.Use = "enc"
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key}})
	})
	start(t, check)
	if caller, err := check.Check(t.Context(), tokenOf(t, issuer)); err == nil {
		t.Errorf("lets %+v in", caller)
	}
}

// The keys of an issuer must not be read from an address without TLS, because somebody on the
// network could change the keys. The only exception is the host of an issuer whose own URL is
// without TLS.
func TestKeysAreReadAsSafelyAsTheirIssuer(t *testing.T) {
	t.Parallel()
	var configuration atomic.Value
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, configuration.Load()) }))
	t.Cleanup(server.Close)
	for keys, good := range map[string]bool{
		server.URL + "/keys":                                 true,
		"https://keys.example.com/keys":                      true,
		"http://keys.example.com/keys":                       false,
		"ftp://" + server.Listener.Addr().String() + "/keys": false,
		"/keys": false,
		"":      false,
	} {
		configuration.Store(fmt.Sprintf(`{"issuer":%q,"jwks_uri":%q}`, server.URL, keys))
		check := auth.NewIssuer(auth.Config{URL: server.URL, Audience: "a", Types: []string{"at+jwt"}, Logger: slog.New(slog.DiscardHandler)})
		if err := check.Discover(t.Context()); (err == nil) != good {
			t.Errorf("%q: got %v", keys, err)
		}
	}
	if auth.CheckKeysURL("https://issuer.example.com", "http://issuer.example.com/keys") == nil {
		t.Error("keys of an https issuer are read over http")
	}
}

// The issuer's configuration is also read only up to a limit of bytes, and redirects are not
// followed.
func TestTheConfigurationIsReadUpToABound(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"long":       func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat(" ", 2<<20)) },
		"a redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
		"an error": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, strings.Repeat("x", 10_000), http.StatusNotFound)
		},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/elsewhere" {
				t.Error("a redirect was followed")
			}
			answer(w, r)
		}))
		err := newCheck(server.URL).Discover(t.Context())
		if err == nil || len(err.Error()) > 500 {
			t.Errorf("%s: got %.600v", name, err)
		}
		server.Close()
	}
}
