package auth

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	lru "github.com/hashicorp/golang-lru/v2"

	"example.com/pgcqrs/engine/auth/claims"
	"example.com/pgcqrs/engine/auth/keys"
)

const (
	longestToken = 8 << 10         // in bytes; a longer token is refused before it is read
	longestName  = 255             // longest subject, in characters (OpenID Connect Core 1.0, 2)
	rememberFor  = time.Minute     // how long a valid token is accepted without verifying it again; if the token expires earlier, only until then
	remembered   = 10_000          // largest number of valid tokens in the cache
	keysEvery    = time.Minute     // interval between two reads of the issuer's keys; each read drops keys that the issuer no longer publishes
	tryAgain     = 2 * time.Second // pause before the next read of the issuer's keys after a read that failed
)

// Issuer checks the tokens of one OpenID Connect issuer (OpenID Connect Discovery 1.0). Issuer
// is safe for concurrent use.
type Issuer struct {
	config   Config
	keys     *keys.Set
	every    time.Duration                        // interval between two reads of the keys
	verifier atomic.Pointer[oidc.IDTokenVerifier] // nil: the issuer's configuration is not read yet
	recent   *lru.Cache[[sha256.Size]byte, valid]

	asked chan struct{} // closed after the first request to the issuer, whether or not the request succeeded
	first sync.Once
}

// valid is the entry of a valid token in the cache. The cache finds an entry by the token's hash.
type valid struct {
	caller Caller
	until  time.Time
}

// Config says which tokens an Issuer accepts. All fields except Name are required.
type Config struct {
	URL      string   // URL of the issuer, exactly as in the iss claim of its tokens
	Name     string   // prefix of the issuer's subjects in the database, without a space; "" for the first issuer of a database, whose subjects have no prefix
	Audience string   // audience (aud) that a token must name
	Types    []string // accepted token types (typ in the header); claims.Untyped among them accepts tokens without a type
	Logger   *slog.Logger
}

// NewIssuer returns an Issuer that checks the tokens of one issuer. The caller must also call
// Run.
func NewIssuer(config Config) *Issuer {
	recent, err := lru.New[[sha256.Size]byte, valid](remembered)
	if err != nil {
		panic(err) // lru.New fails only for a size that is not positive
	}
	config.Types = claims.Types(config.Types)
	return &Issuer{config: config, keys: keys.NewSet(), every: keysEvery, recent: recent, asked: make(chan struct{})}
}

// Run reads the address of the issuer's keys, and then the keys, at intervals until ctx ends. The
// interval is keysEvery after a successful read, and tryAgain after a failed read. After the issuer
// has withdrawn a key, the next successful read drops this key. A token that this key has signed
// may still be accepted from the cache, for at most rememberFor. While the issuer can't be reached,
// the known keys are still used.
func (i *Issuer) Run(ctx context.Context) error {
	said := errors.New("nothing was read yet")
	for {
		err := i.read(ctx)
		i.first.Do(func() { close(i.asked) })
		if ctx.Err() != nil {
			return nil
		}
		said = i.report(ctx, said, err)
		pause := i.every
		if err != nil {
			pause = min(pause, tryAgain)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

// report logs the result of a read of the keys, if the result differs from the last logged result.
// Otherwise report logs nothing.
func (i *Issuer) report(ctx context.Context, said, err error) error {
	switch {
	case err == nil && said != nil:
		i.config.Logger.InfoContext(ctx, "tokens are checked", "issuer", i.config.URL, "audience", i.config.Audience)
	case err != nil && (said == nil || said.Error() != err.Error()):
		age, _ := i.keys.Age()
		i.config.Logger.WarnContext(ctx, "the issuer's keys can't be read; trying again", "issuer", i.config.URL, "age_seconds", age.Seconds(), "error", err)
	}
	return err
}

// read reads the address of the keys, and then the keys, once. If the address can't be read, read
// uses the last known address. If no address is known yet, read returns an error.
func (i *Issuer) read(ctx context.Context) error {
	if err := i.discover(ctx); err != nil && i.verifier.Load() == nil {
		return err
	}
	if err := i.keys.Read(ctx); err != nil {
		return fmt.Errorf("read the issuer's keys: %w", err)
	}
	return nil
}

func (i *Issuer) discover(ctx context.Context) error {
	ctx = oidc.ClientContext(ctx, keys.NewClient())
	provider, err := oidc.NewProvider(ctx, i.config.URL)
	if err != nil {
		return fmt.Errorf("discover issuer: %w", err)
	}
	var known struct {
		KeysURL string `json:"jwks_uri"`
	}
	if err := provider.Claims(&known); err != nil {
		return fmt.Errorf("read the issuer's configuration: %w", err)
	}
	if err := keys.CheckURL(i.config.URL, known.KeysURL); err != nil {
		return fmt.Errorf("read the issuer's configuration: %w", err)
	}
	i.keys.At(known.KeysURL)
	if i.verifier.Load() == nil {
		i.verifier.Store(oidc.NewVerifier(i.config.URL, i.keys, &oidc.Config{ClientID: i.config.Audience, SupportedSigningAlgs: keys.Algorithms}))
	}
	return nil
}

// Ready returns nil if the issuer's keys were read, so that tokens can be checked. Before the first
// successful read, Ready returns ErrIssuerAway.
func (i *Issuer) Ready(context.Context) error {
	if _, read := i.keys.Age(); !read {
		return fmt.Errorf("%w: its keys were not read yet", ErrIssuerAway)
	}
	return nil
}

// KeysAge returns the time since the last successful read of the issuer's keys. Before the first
// successful read, KeysAge returns the time since the call of NewIssuer.
func (i *Issuer) KeysAge() time.Duration {
	age, _ := i.keys.Age()
	return age
}

// Check implements the function type Check for the tokens of one issuer. If a token was found valid
// within the last minute and has not expired, Check accepts the token without verifying its
// signature again. Verifying a signature takes much longer than computing the hash with which the
// cache finds the token.
func (i *Issuer) Check(ctx context.Context, token string) (Caller, error) {
	if token == "" {
		return Caller{}, ErrNoToken
	}
	if len(token) > longestToken || !isCompact(token) {
		return Caller{}, fmt.Errorf("%w: not three parts in base64url of at most %d bytes", ErrBadToken, longestToken)
	}
	name := sha256.Sum256([]byte(token))
	if known, ok := i.recent.Get(name); ok && time.Now().Before(known.until) {
		return known.caller, nil
	}
	if err := claims.CheckType(token, i.config.Types); err != nil {
		return Caller{}, fmt.Errorf("%w: %w", ErrBadToken, err)
	}
	caller, expiry, err := i.verify(ctx, token)
	if err != nil {
		return Caller{}, err
	}
	until := time.Now().Add(rememberFor)
	if expiry.Before(until) {
		until = expiry
	}
	i.recent.Add(name, valid{caller, until})
	return caller, nil
}

func (i *Issuer) verify(ctx context.Context, token string) (Caller, time.Time, error) {
	select { // before the first request to the issuer has ended, it is not known whether the issuer can be reached
	case <-i.asked:
	case <-ctx.Done():
		return Caller{}, time.Time{}, ctx.Err()
	}
	verifier := i.verifier.Load()
	if verifier == nil {
		return Caller{}, time.Time{}, ErrIssuerAway
	}
	var away error
	verified, err := verifier.Verify(keys.WithFailure(ctx, &away), token)
	switch {
	case away != nil:
		return Caller{}, time.Time{}, fmt.Errorf("%w: %w", ErrIssuerAway, away)
	case err != nil && ctx.Err() != nil:
		return Caller{}, time.Time{}, ctx.Err()
	case err != nil:
		return Caller{}, time.Time{}, fmt.Errorf("%w: %w", ErrBadToken, err)
	}
	caller, err := callerOf(verified, i.config.Name)
	return caller, verified.Expiry, err
}

// isCompact reports whether a token is in compact form, the only form that is allowed in an HTTP
// header (RFC 7515, 7.1). The verifier would also accept the JSON form, in which the same token can
// be written in many ways.
func isCompact(token string) bool {
	dots := 0
	for n := range len(token) {
		switch c := token[n]; {
		case c == '.':
			dots++
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return dots == 2
}

// callerOf returns the caller that a verified token names. The parameter issuer is the issuer's
// name in the database.
func callerOf(token *oidc.IDToken, issuer string) (Caller, error) {
	var payload json.RawMessage
	if err := token.Claims(&payload); err != nil {
		return Caller{}, fmt.Errorf("%w: read claims: %w", ErrBadToken, err)
	}
	said, err := claims.Of(payload)
	if err != nil {
		return Caller{}, fmt.Errorf("%w: %w", ErrBadToken, err)
	}
	scopes, err := said.Scopes()
	if err != nil {
		return Caller{}, fmt.Errorf("%w: %w", ErrBadToken, err)
	}
	if !isName(token.Subject) {
		return Caller{}, fmt.Errorf("%w: %w", ErrBadToken, errors.New("its subject is not 1 to 255 visible ASCII characters"))
	}
	return Caller{Subject: subjectOf(issuer, token.Subject), Scopes: scopes, Expires: token.Expiry}, nil
}

// subjectOf returns the subject for an issuer's name and a token's sub. If two issuers use the same
// sub, the two subjects differ. The subject has a space between the name and the sub, and neither
// of them contains a space. Therefore two different pairs never give the same subject.
func subjectOf(issuer, sub string) string {
	if issuer == "" {
		return sub
	}
	return issuer + " " + sub
}

// isName reports whether a sub has 1 to 255 visible ASCII characters. Such a sub contains no space
// or control character, so it can safely be part of log messages, events and idempotency keys.
func isName(subject string) bool {
	if len(subject) == 0 || len(subject) > longestName {
		return false
	}
	for n := range len(subject) {
		if subject[n] <= ' ' || subject[n] > '~' {
			return false
		}
	}
	return true
}
