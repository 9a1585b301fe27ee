package devissuer

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"example.com/pgcqrs/engine/process/loopback"
)

// Audience is the audience of every token. It does not contain the name of a service, so a service
// can be renamed without a new audience.
const Audience = "development"

// lifetime is the time for which a token is valid. It is long enough for a working day.
const lifetime = 12 * time.Hour

// usualScopes are the scopes of a token if the request asks for no scopes.
const usualScopes = "accounts:read accounts:write"

// Issuer issues tokens. It signs them with one key, until Rotate or Use sets another key.
type Issuer struct {
	url string
	mu  sync.Mutex
	key jose.JSONWebKey
}

// New returns an Issuer. Its tokens name url as their issuer.
func New(url string) *Issuer {
	i := &Issuer{url: strings.TrimSuffix(url, "/")}
	i.Rotate()
	return i
}

// Rotate creates a new signing key. Tokens that were issued earlier are not valid any more.
func (i *Issuer) Rotate() {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err) // the system can't produce random numbers
	}
	i.Use(jose.JSONWebKey{Key: private, KeyID: rand.Text(), Algorithm: string(jose.ES256), Use: "sig"})
}

// Use sets the key with which the Issuer signs from now on.
func (i *Issuer) Use(key jose.JSONWebKey) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.key = key
}

// Key returns the current signing key.
func (i *Issuer) Key() jose.JSONWebKey {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.key
}

// Handler serves the discovery document, the keys, and tokens:
//
//	GET /tokens/SUBJECT[?scope=SCOPES]    a token as plain text, for SCOPES or the usual scopes
//
// Handler answers only requests whose header Host is the host of the issuer or a name of this
// machine. Without this check, a web page could use another host name that resolves to this
// machine, and get a token.
func (i *Issuer) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{
			"issuer": i.url, "jwks_uri": i.url + "/keys", "authorization_endpoint": i.url + "/authorize", "token_endpoint": i.url + "/tokens",
			"response_types_supported": []string{"token"}, "subject_types_supported": []string{"public"},
			"id_token_signing_alg_values_supported": []string{string(jose.ES256)},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		key := i.Key()
		answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key.Public()}})
	})
	mux.HandleFunc("GET /tokens/{subject}", func(w http.ResponseWriter, r *http.Request) {
		scope := r.URL.Query().Get("scope")
		if scope == "" {
			scope = usualScopes
		}
		token, err := i.Token(i.Claims(r.PathValue("subject"), scope))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write([]byte(token)) // no newline is added, so that the output of curl can be used in a header
	})
	return loopback.OnlyHosts(mux, i.host())
}

// host returns the host name in the URL of the Issuer.
func (i *Issuer) host() string {
	own, err := url.Parse(i.url)
	if err != nil {
		return ""
	}
	return own.Hostname()
}

// Claims returns the claims of a token that is valid for 12 hours from now on.
func (i *Issuer) Claims(subject, scope string) map[string]any {
	now := time.Now()
	return map[string]any{
		"iss": i.url, "sub": subject, "aud": Audience, "scope": scope,
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(lifetime).Unix(), "jti": rand.Text(),
	}
}

// Token returns a token with these claims, signed with the current key.
func (i *Issuer) Token(claims map[string]any) (string, error) { return Sign(i.Key(), claims) }

// Forge returns a forged token. It is signed with a shared secret (algorithm HS256), and its header
// names the key keyID. No issuer creates such tokens, and a service must reject them.
func Forge(secret []byte, keyID string, claims map[string]any) (string, error) {
	return Sign(jose.JSONWebKey{Key: secret, KeyID: keyID, Algorithm: string(jose.HS256)}, claims)
}

// Sign returns a token with these claims, signed with the key, in the compact form of JWS.
func Sign(key jose.JSONWebKey, claims map[string]any) (string, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(key.Algorithm), Key: key},
		(&jose.SignerOptions{}).WithType("at+jwt"))
	if err != nil {
		return "", fmt.Errorf("make signer: %w", err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("encode claims: %w", err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return signed.CompactSerialize()
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // the write fails if the client has closed the connection
}
