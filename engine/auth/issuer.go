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
	longestToken = 8 << 10         // bytes; a larger token is refused unread
	longestName  = 255             // characters of a subject (OpenID Connect Core 1.0, 2)
	rememberFor  = time.Minute     // how long a valid token is accepted without another check, unless it expires before
	remembered   = 10_000          // tokens
	keysEvery    = time.Minute     // how often the issuer's keys are read: a key that is gone from them is dropped
	tryAgain     = 2 * time.Second // before the issuer's keys are read again, while the issuer is away
)

// Issuer checks tokens of an OpenID Connect issuer (OpenID Connect Discovery 1.0). It
// can be used from many goroutines.
type Issuer struct {
	config   Config
	keys     *keys.Set
	every    time.Duration                        // how often keys are read
	verifier atomic.Pointer[oidc.IDTokenVerifier] // nil: not discovered yet
	recent   *lru.Cache[[sha256.Size]byte, valid]

	asked chan struct{} // closed once the issuer was asked for the first time, whatever the issuer answered
	first sync.Once
}

// valid is a token, known by its hash, that was found valid.
type valid struct {
	caller Caller
	until  time.Time
}

// Config says which tokens are accepted. Every field but Name is required.
type Config struct {
	URL      string   // of the issuer, as its tokens name it
	Name     string   // prefix that the issuer's subjects are stored with, without a space; "" for the first issuer of a database, whose subjects have no prefix
	Audience string   // that a token must name
	Types    []string // accepted token types (the header's typ); claims.Untyped among them stands for a token without a type
	Logger   *slog.Logger
}

// NewIssuer returns an Issuer that checks the tokens of one issuer. Run has to be called, too.
func NewIssuer(config Config) *Issuer {
	recent, err := lru.New[[sha256.Size]byte, valid](remembered)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	config.Types = claims.Types(config.Types)
	return &Issuer{config: config, keys: keys.NewSet(), every: keysEvery, recent: recent, asked: make(chan struct{})}
}

// Run reads the address of the issuer's keys, and the keys, again and again until ctx ends, so that
// a key that the issuer has withdrawn is accepted for no longer than keysEvery. While the issuer is
// away, the known keys stay.
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

// report logs the outcome of a read if it differs from the one logged before.
func (i *Issuer) report(ctx context.Context, said, err error) error {
	switch {
	case err == nil && said != nil:
		i.config.Logger.InfoContext(ctx, "tokens are checked", "issuer", i.config.URL, "audience", i.config.Audience)
	case err != nil && (said == nil || said.Error() != err.Error()):
		age, _ := i.keys.Age()
		i.config.Logger.WarnContext(ctx, "the issuer's keys can't be read; trying again", "issuer", i.config.URL, "age", age.Round(time.Second).String(), "error", err)
	}
	return err
}

// read asks the issuer once. If discovery fails, the address of the keys that is known stays in
// use.
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

// Ready returns nil once the issuer's keys were read: tokens can be checked from then on.
func (i *Issuer) Ready(context.Context) error {
	if _, read := i.keys.Age(); !read {
		return fmt.Errorf("%w: its keys were not read yet", ErrIssuerAway)
	}
	return nil
}

// KeysAge returns the time since the issuer's keys were last read, or, before the first read, since
// the Issuer was made.
func (i *Issuer) KeysAge() time.Duration {
	age, _ := i.keys.Age()
	return age
}

// Check implements the function type Check. It does not check a token again that was valid a moment
// ago, so that a client's next request costs a hash and not a signature.
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
	select { // before the first answer it is not known whether the issuer is away
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

// isCompact reports whether a token is in compact form, the only one that a header may bring (RFC
// 7515, 7.1): the verifier would also accept the JSON form, in which one token has many spellings.
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

// callerOf returns the subject of a token from the issuer with this name.
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

// subjectOf joins the issuer's name and the token's sub, so that subjects of two issuers with the
// same sub differ. Neither part has a space, so no two pairs make the same text.
func subjectOf(issuer, sub string) string {
	if issuer == "" {
		return sub
	}
	return issuer + " " + sub
}

// isName reports whether a sub may go to logs, into events and into keys, where spaces separate it
// from other words.
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
