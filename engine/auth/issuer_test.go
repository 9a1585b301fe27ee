package auth_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"log/slog"
	"maps"
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

// world has a test issuer, and an auth.Issuer that checks the test issuer's tokens.
type world struct {
	issuer  *devissuer.Issuer
	check   *auth.Issuer
	fetches atomic.Int32 // number of requests for the keys
	away    atomic.Bool
	hanging atomic.Bool // the issuer accepts requests for its keys and does not answer them
	release chan struct{}
	url     string
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{release: make(chan struct{})}
	server := httptest.NewUnstartedServer(nil)
	w.url = "http://" + server.Listener.Addr().String()
	w.issuer = devissuer.New(w.url)
	handler := w.issuer.Handler()
	server.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/keys" {
			w.fetches.Add(1)
			if w.hanging.Load() {
				<-w.release
			}
		}
		if w.away.Load() {
			http.Error(rw, "away", http.StatusBadGateway)
			return
		}
		handler.ServeHTTP(rw, r)
	})
	server.Start()
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(w.release) })
	w.check = newCheck(w.url)
	start(t, w.check)
	return w
}

// start runs an Issuer until the test ends. A test need not wait after start, because checks of
// tokens wait for the first read of the keys.
func start(t testing.TB, check *auth.Issuer) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := check.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
}

func newCheck(url string) *auth.Issuer {
	return auth.NewIssuer(auth.Config{URL: url, Audience: devissuer.Audience, Types: []string{"at+jwt"}, Logger: slog.New(slog.DiscardHandler)})
}

func (w *world) token(t testing.TB, change func(claims map[string]any)) string {
	t.Helper()
	claims := w.issuer.Claims("ada", "accounts:read accounts:write")
	if change != nil {
		change(claims)
	}
	token, err := w.issuer.Token(claims)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestATokenSaysWhoCallsAndWhatFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, change := range map[string]func(map[string]any){
		"scope as text":       nil,
		"scope as a list":     func(c map[string]any) { c["scope"] = []string{"accounts:read", "accounts:write"} },
		"scp instead":         func(c map[string]any) { c["scp"] = c["scope"]; delete(c, "scope") },
		"several audiences":   func(c map[string]any) { c["aud"] = []string{"others", devissuer.Audience} },
		"claims we ignore":    func(c map[string]any) { c["azp"], c["roles"] = "someone", []string{"operate"} },
		"just about to start": func(c map[string]any) { c["nbf"] = time.Now().Add(time.Minute).Unix() }, // accepted, because the clocks of issuer and service may differ
	} {
		caller, err := w.check.Check(t.Context(), w.token(t, change))
		if err != nil || caller.Subject != "ada" || !caller.May(auth.ReadAccounts) || !caller.May(auth.WriteAccounts) || caller.May(auth.Operate) {
			t.Errorf("%s: got %+v, %v", name, caller, err)
		}
	}
}

// If the tokens of two issuers have the same claim sub, their subjects differ in events, in
// idempotency keys and in request limits. A sub with a space could look like an issuer's name and a
// sub, so such a sub is refused.
func TestSubjectsOfALaterIssuerHaveItsName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	later := auth.NewIssuer(auth.Config{URL: w.url, Name: "2", Audience: devissuer.Audience, Types: []string{"at+jwt"}, Logger: slog.New(slog.DiscardHandler)})
	start(t, later)
	for range 2 { // the second time, the token is in the cache
		if caller, err := later.Check(t.Context(), w.token(t, nil)); err != nil || caller.Subject != "2 ada" {
			t.Errorf("got %+v, %v", caller, err)
		}
	}
	var all sync.WaitGroup
	for name, token := range badTokens(t, w) {
		all.Go(func() {
			if caller, err := later.Check(t.Context(), token); !errors.Is(err, auth.ErrBadToken) || caller.Subject != "" {
				t.Errorf("%s: got %+v, %v", name, caller, err)
			}
		})
	}
	all.Wait()
	for _, check := range []*auth.Issuer{w.check, later} {
		if caller, err := check.Check(t.Context(), w.token(t, func(c map[string]any) { c["sub"] = "2 ada" })); !errors.Is(err, auth.ErrBadToken) {
			t.Errorf("a sub with a space: got %+v, %v", caller, err)
		}
	}
}

// badTokens returns one invalid token for each reason for which a token can be invalid.
func badTokens(t testing.TB, w *world) map[string]string {
	t.Helper()
	hour := func(n int) int64 { return time.Now().Add(time.Duration(n) * time.Hour).Unix() }
	changed := func(change func(map[string]any)) string { return w.token(t, change) }
	good := w.token(t, nil)
	parts := strings.Split(good, ".")
	encode := base64.RawURLEncoding.EncodeToString
	other := devissuer.New(w.url)
	foreign, err := other.Token(other.Claims("ada", "accounts:read"))
	if err != nil {
		t.Fatal(err)
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"garbage":                "garbage",
		"dots":                   "..",
		"not base64":             "a.b.c",
		"expired":                changed(func(c map[string]any) { c["exp"] = hour(-1) }),
		"without an end":         changed(func(c map[string]any) { delete(c, "exp") }),
		"not yet valid":          changed(func(c map[string]any) { c["nbf"] = hour(1) }),
		"for somebody else":      changed(func(c map[string]any) { c["aud"] = "others" }),
		"for nobody":             changed(func(c map[string]any) { delete(c, "aud") }),
		"of another issuer":      changed(func(c map[string]any) { c["iss"] = "https://others.example.com" }),
		"of no issuer":           changed(func(c map[string]any) { delete(c, "iss") }),
		"without a subject":      changed(func(c map[string]any) { delete(c, "sub") }),
		"a subject with spaces":  changed(func(c map[string]any) { c["sub"] = "ada bob" }),
		"a subject with a line":  changed(func(c map[string]any) { c["sub"] = "ada\n" }),
		"a subject without end":  changed(func(c map[string]any) { c["sub"] = strings.Repeat("a", 256) }),
		"scopes of no sense":     changed(func(c map[string]any) { c["scope"] = 7 }),
		"alg none":               encode([]byte(`{"alg":"none","typ":"at+jwt"}`)) + "." + parts[1] + ".",
		"alg none, signed":       encode([]byte(`{"alg":"none","typ":"at+jwt"}`)) + "." + parts[1] + "." + parts[2],
		"HMAC by the public key": hmacByPublicKey(t, w, claims),
		"an unknown key":         foreign,
		"a key it brings along":  selfSigned(t, w, claims),
		"a changed claim":        parts[0] + "." + encode([]byte(strings.Replace(string(claims), `"ada"`, `"bob"`, 1))) + "." + parts[2],
		"no signature":           parts[0] + "." + parts[1] + ".",
		"half a signature":       good[:len(good)-40],
		"larger than allowed":    changed(func(c map[string]any) { c["padding"] = strings.Repeat("x", 9000) }),
		"two signatures":         `{"payload":"` + parts[1] + `","signatures":[{"protected":"` + parts[0] + `","signature":"` + parts[2] + `"}]}`,
	}
}

// hmacByPublicKey returns the token of a known attack: the token is signed with HMAC, and the
// secret of the HMAC is the issuer's public key.
func hmacByPublicKey(t testing.TB, w *world, claims []byte) string {
	t.Helper()
	key := w.issuer.Key()
	der, err := x509.MarshalPKIXPublicKey(key.Public().Key)
	if err != nil {
		t.Fatal(err)
	}
	secret := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	return signed(t, jose.SigningKey{Algorithm: jose.HS256, Key: jose.JSONWebKey{Key: secret, KeyID: key.KeyID}}, claims, (&jose.SignerOptions{}).WithType("at+jwt"))
}

// selfSigned returns a token that an attacker has signed with a new key. The header of the token
// contains this key.
func selfSigned(t testing.TB, w *world, claims []byte) string {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return signed(t, jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: private, KeyID: w.issuer.Key().KeyID}}, claims,
		(&jose.SignerOptions{EmbedJWK: true}).WithType("at+jwt"))
}

func signed(t testing.TB, key jose.SigningKey, claims []byte, options *jose.SignerOptions) string {
	t.Helper()
	signer, err := jose.NewSigner(key, options)
	if err != nil {
		t.Fatal(err)
	}
	object, err := signer.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	token, err := object.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestABadTokenLetsNobodyIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.check.Check(t.Context(), w.token(t, nil)); err != nil {
		t.Fatal(err) // from now on the issuer's keys are known
	}
	var all sync.WaitGroup
	for name, token := range badTokens(t, w) {
		all.Go(func() {
			caller, err := w.check.Check(t.Context(), token)
			if !errors.Is(err, auth.ErrBadToken) || caller.Subject != "" || len(caller.Scopes) > 0 {
				t.Errorf("%s: got %+v, %v", name, caller, err)
			}
			if err != nil && len(token) > 100 && strings.Contains(err.Error(), token[len(token)-60:]) { // the error is logged, so it must not contain the token's signature
				t.Errorf("%s: the error shows the token: %v", name, err)
			}
		})
	}
	all.Wait()
	if _, err := w.check.Check(t.Context(), ""); !errors.Is(err, auth.ErrNoToken) {
		t.Errorf("no token: got %v", err)
	}
}

// Even if clients send many forged tokens, the issuer's keys are read at most once a second. A
// token with an unknown key waits for the next read.
func TestMadeUpTokensDoNotFloodTheIssuer(t *testing.T) {
	t.Parallel()
	begun := time.Now()
	w := newWorld(t)
	stranger := devissuer.New(w.url)
	var all sync.WaitGroup
	for range 200 {
		token, err := stranger.Token(stranger.Claims("eve", "operate"))
		if err != nil {
			t.Fatal(err)
		}
		all.Go(func() {
			for range 2 {
				if _, err := w.check.Check(t.Context(), token); !errors.Is(err, auth.ErrBadToken) {
					t.Errorf("got %v", err)
				}
			}
		})
	}
	all.Wait()
	if most := 1 + int32(time.Since(begun)/time.Second); w.fetches.Load() > most {
		t.Errorf("the issuer was asked %d times in %v", w.fetches.Load(), time.Since(begun))
	}
}

// If a hundred clients send tokens before any key is known, the keys are read only once.
func TestTheFirstTokensComeAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var all sync.WaitGroup
	for range 100 {
		token := w.token(t, nil)
		all.Go(func() {
			if _, err := w.check.Check(t.Context(), token); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// In a process that has just started, checks of tokens wait until the first request to the issuer
// has ended. Until then, the process does not know whether the issuer can be reached. So it must
// not answer that the issuer can't be reached.
func TestATokenThatComesBeforeTheIssuersFirstAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	check := newCheck(w.url)
	checked := make(chan error, 1)
	go func() {
		_, err := check.Check(t.Context(), w.token(t, nil))
		checked <- err
	}()
	select {
	case err := <-checked:
		t.Fatalf("checked before the issuer was asked: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	start(t, check)
	if err := <-checked; err != nil {
		t.Errorf("after its answer: %v", err)
	}
}

// The first token that is signed with a new key of the issuer is accepted, even if the keys were
// read less than a second ago. The token waits for the next read.
func TestKeysRotate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.check.Check(t.Context(), w.token(t, nil)); err != nil {
		t.Fatal(err)
	}
	stranger := devissuer.New(w.url)
	for range 2 {
		made, err := stranger.Token(stranger.Claims("eve", "operate"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.check.Check(t.Context(), made); !errors.Is(err, auth.ErrBadToken) {
			t.Errorf("a stranger got %v", err)
		}
		w.issuer.Rotate()
		if _, err := w.check.Check(t.Context(), w.token(t, nil)); err != nil {
			t.Errorf("by a key that was published just now: %v", err)
		}
	}
}

// The issuer publishes a new key, and can't be reached afterwards. The service then does not know
// whether a token with this key is valid, so the service must not answer that the token is bad.
func TestAnIssuerThatGoesAwayJustAfterItWasAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.check.Check(t.Context(), w.token(t, nil)); err != nil {
		t.Fatal(err)
	}
	w.issuer.Rotate()
	w.away.Store(true)
	for range 5 {
		if _, err := w.check.Check(t.Context(), w.token(t, nil)); !errors.Is(err, auth.ErrIssuerAway) || errors.Is(err, auth.ErrBadToken) {
			t.Errorf("got %v", err)
		}
	}
}

func eventually(t testing.TB, holds func() bool) {
	t.Helper()
	deadline, tick := time.After(10*time.Second), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("waited in vain")
		}
	}
}

// While the issuer can't be reached, tokens with known keys are accepted. For a token with an
// unknown key, the answer is ErrIssuerAway and not ErrBadToken.
func TestAnIssuerThatIsAwayIsNoReasonToRefuse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	known, often := w.token(t, nil), newCheck(w.url)
	often.ReadKeysEvery(time.Millisecond)
	start(t, often)
	if _, err := often.Check(t.Context(), known); err != nil {
		t.Fatal(err)
	}
	w.away.Store(true)
	never := newCheck(w.url)
	start(t, never)
	for range 3 { // the later checks don't send another request to the issuer
		if _, err := never.Check(t.Context(), known); !errors.Is(err, auth.ErrIssuerAway) || errors.Is(err, auth.ErrBadToken) || never.Ready(t.Context()) == nil {
			t.Errorf("never found: got %v", err)
		}
	}
	eventually(t, func() bool {
		often.Forget()
		if _, err := often.Check(t.Context(), known); err != nil || often.Ready(t.Context()) != nil {
			t.Fatalf("a known key: got %v", err)
		}
		return often.KeysAge() > 3*time.Second // a read of the keys has failed meanwhile
	})
	w.away.Store(false)
	eventually(t, func() bool {
		_, err := never.Check(t.Context(), known)
		return err == nil && never.Ready(t.Context()) == nil
	})
}

// While the issuer does not answer, requests whose tokens are signed with unknown keys are answered
// within a few seconds. This holds even if clients send many of these requests. Meanwhile, requests
// whose tokens are signed with known keys are answered without a delay.
func TestStrangersWhileTheIssuerHangs(t *testing.T) {
	t.Parallel()
	const soon = 4 * time.Second // less than fetchTimeout, which is 5 seconds
	w := newWorld(t)
	if _, err := w.check.Check(t.Context(), w.token(t, nil)); err != nil {
		t.Fatal(err)
	}
	w.hanging.Store(true)
	stranger := devissuer.New(w.url)
	made := func(n int) string {
		claims := stranger.Claims("eve", "operate")
		claims["jti"] = n
		token, err := stranger.Token(claims)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	eventually(t, func() bool { // the keys are read at most once a second
		start := time.Now()
		_, err := w.check.Check(t.Context(), made(0))
		if took := time.Since(start); took > soon {
			t.Errorf("the first stranger got %v after %v", err, took)
		}
		return errors.Is(err, auth.ErrIssuerAway)
	})
	var strangers sync.WaitGroup
	for n := range 400 {
		token := made(n)
		strangers.Go(func() {
			start := time.Now()
			_, err := w.check.Check(t.Context(), token)
			if took := time.Since(start); !errors.Is(err, auth.ErrIssuerAway) || took > soon {
				t.Errorf("a stranger got %v after %v", err, took)
			}
		})
	}
	for range 20 {
		w.check.Forget()
		start := time.Now()
		_, err := w.check.Check(t.Context(), w.token(t, nil))
		if took := time.Since(start); err != nil || took > soon/8 {
			t.Errorf("a token of a known key got %v after %v", err, took)
		}
	}
	strangers.Wait()
	if w.fetches.Load() > 3 {
		t.Errorf("%d fetches, want one at a time", w.fetches.Load())
	}
}

// When a token in the cache of valid tokens has expired, the token is refused.
func TestARememberedTokenExpires(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.token(t, func(c map[string]any) { c["exp"] = time.Now().Add(2 * time.Second).Unix() })
	if _, err := w.check.Check(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool {
		_, err := w.check.Check(t.Context(), token)
		return errors.Is(err, auth.ErrBadToken)
	})
}

func FuzzCheck(f *testing.F) {
	w := newWorld(f)
	w.check = newCheck(w.url)
	w.check.ReadKeysAtAnyTime() // otherwise each signature that fits no key takes a second
	start(f, w.check)
	good := w.token(f, nil)
	for _, token := range badTokens(f, w) {
		f.Add(token)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, token string) {
		caller, err := w.check.Check(t.Context(), token)
		switch {
		case err == nil && sameClaims(token, good):
		case err == nil:
			t.Errorf("%q lets %+v in", token, caller)
		case !errors.Is(err, auth.ErrBadToken) && !errors.Is(err, auth.ErrNoToken):
			t.Errorf("%q: %v", token, err)
		}
	})
}

// sameClaims reports whether two tokens have the same claims. The texts of the two tokens may
// differ in unused bits at the end of their encoded signatures.
func sameClaims(a, b string) bool {
	one, other := strings.Split(a, "."), strings.Split(b, ".")
	if len(one) != 3 || one[0] != other[0] {
		return false
	}
	var left, right map[string]any
	for part, claims := range map[string]*map[string]any{one[1]: &left, other[1]: &right} {
		decoded, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil || json.Unmarshal(decoded, claims) != nil {
			return false
		}
	}
	return one[1] == other[1] || maps.EqualFunc(left, right, func(x, y any) bool { return x == y })
}

func BenchmarkCheck(b *testing.B) {
	w := newWorld(b)
	token := w.token(b, nil)
	b.Run("remembered", func(b *testing.B) {
		for b.Loop() {
			if _, err := w.check.Check(b.Context(), token); err != nil {
				b.Fatal(err)
			}
		}
	})
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	for _, key := range []jose.JSONWebKey{w.issuer.Key(), {Key: private, KeyID: "rsa", Algorithm: string(jose.RS256), Use: "sig"}} {
		b.Run("new, "+key.Algorithm, func(b *testing.B) {
			w.issuer.Use(key)
			eventually(b, func() bool { // the keys are read at most once a second
				_, err := w.check.Check(b.Context(), w.token(b, nil))
				return err == nil
			})
			tokens := make([]string, 3_000)
			for n := range tokens {
				tokens[n] = w.token(b, nil)
			}
			n := 0
			for b.Loop() {
				w.check.Forget()
				if _, err := w.check.Check(b.Context(), tokens[n%len(tokens)]); err != nil {
					b.Fatal(err)
				}
				n++
			}
		})
	}
}
