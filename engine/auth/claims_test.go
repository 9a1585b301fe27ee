package auth_test

import (
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/auth/claims"
	"example.com/pgcqrs/engine/enginetest/devissuer"
)

// saying returns a signed token. The text in the parameter more is inserted before the end of the
// token's JSON payload. The test issuer signs the payload even if it is not valid JSON.
func (w *world) saying(t testing.TB, typ, more string) string {
	t.Helper()
	payload, err := json.Marshal(w.issuer.Claims("eve", "accounts:read"))
	if err != nil {
		t.Fatal(err)
	}
	key, options := w.issuer.Key(), &jose.SignerOptions{}
	if typ != "" {
		options = options.WithType(jose.ContentType(typ))
	}
	claims := strings.TrimSuffix(string(payload), "}") + more + "}"
	return signed(t, jose.SigningKey{Algorithm: jose.SignatureAlgorithm(key.Algorithm), Key: key}, []byte(claims), options)
}

// A claim is read only by its exact name, and a token with two claims of the same name is refused.
// Otherwise, if an issuer lets users add claims to their tokens, a user could pretend to be another
// user.
func TestClaimsCountByTheirExactNamesOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, more := range []string{
		`,"Sub":"ada"`, `,"SUB":"ada"`, `,"\u017fub":"ada"`, `,"sub":"ada"`, `,"s\u0075b":"ada"`,
		`,"Scope":"operate"`, `,"SCOPE":"operate"`, `,"scope":"operate"`, `,"Scp":"operate"`, `,"i\u017fs":"x"`,
		`,"Aud":"others"`, `,"EXP":9999999999`, `,"exp":9999999999`, `,"nBf":0`, `,"act":{"sub":"a","sub":"b"}`,
		`,"exp2":1,"iat":"1"`,
	} {
		caller, err := w.check.Check(t.Context(), w.saying(t, "at+jwt", more))
		if !errors.Is(err, auth.ErrBadToken) {
			t.Errorf("%s: got %+v, %v", more, caller, err)
		}
	}
	for _, more := range []string{``, `,"act":{"Sub":"ada"}`, `,"subject":"ada","email":"x"`, `,"Subs":["ada"]`} {
		caller, err := w.check.Check(t.Context(), w.saying(t, "at+jwt", more))
		if err != nil || caller.Subject != "eve" || caller.May(auth.Operate) {
			t.Errorf("%s: got %+v, %v", more, caller, err)
		}
	}
}

// Only the character U+0020 separates scopes (RFC 6749, 3.3). If other characters also separated
// scopes, an issuer might let users choose the name of a scope. Then a user could choose a name
// that grants two scopes.
func TestScopesAreSetApartBySpacesAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"scope", "scp"} {
		for _, between := range []string{" ", "  ", "\u00a0", "\u2003", "\u3000", "\u0085", "\t", "\n", "\v", "\f", "\r", ","} {
			token := w.token(t, func(c map[string]any) { delete(c, "scope"); c[name] = "accounts:read" + between + "operate" })
			caller, err := w.check.Check(t.Context(), token)
			apart := strings.Trim(between, " ") == ""
			if err != nil || caller.May(auth.ReadAccounts) != apart || caller.May(auth.Operate) != apart {
				t.Errorf("%s with %q: got %+v, %v", name, between, caller, err)
			}
		}
	}
}

func TestMomentsAreNumbers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"exp", "nbf", "iat"} {
		token := w.token(t, func(c map[string]any) { c[name] = json.Number(`1`).String() })
		if _, err := w.check.Check(t.Context(), token); !errors.Is(err, auth.ErrBadToken) {
			t.Errorf("%s as text: got %v", name, err)
		}
	}
	token := w.token(t, func(c map[string]any) { c["exp"] = float64(time.Now().UnixMilli())/1000 + 60 })
	if _, err := w.check.Check(t.Context(), token); err != nil {
		t.Errorf("parts of a second: %v", err)
	}
}

// A token that the issuer has made for another purpose is not accepted as an access token (RFC
// 9068, 4).
func TestOnlyAccessTokensLetIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lax := auth.NewIssuer(auth.Config{
		URL: w.url, Audience: devissuer.Audience, Types: []string{"AT+JWT", "application/jwt", claims.Untyped}, Logger: slog.New(slog.DiscardHandler),
	})
	start(t, lax)
	for _, test := range []struct {
		typ, more   string
		strict, lax bool
	}{
		{"at+jwt", "", true, true},
		{"AT+JWT", "", true, true},
		{"application/at+jwt", "", true, true},
		{"Application/At+Jwt", "", true, true},
		{"JWT", "", false, true},
		{"", "", false, true},
		{"none", "", false, false},
		{"logout+jwt", `,"events":{"http://schemas.openid.net/event/backchannel-logout":{}}`, false, false},
		{"logout+jwt", "", false, false},
		{"application/logout+jwt", "", false, false},
		{"secevent+jwt", "", false, false},
		{"application/x/at+jwt", "", false, false},
		{"JWT", `,"nonce":"n"`, false, false},
		{"JWT", `,"at_hash":"h"`, false, false},
		{"JWT", `,"c_hash":"h"`, false, false},
		{"JWT", `,"events":{}`, false, false},
		{"at+jwt", `,"nonce":"n"`, false, false},
		{"at+jwt", `,"authorization_details":[{"type":"payment","actions":["read"]}]`, false, false},
		{"at+jwt", `,"Authorization_Details":[]`, false, false},
	} {
		token := w.saying(t, test.typ, test.more)
		for name, check := range map[string]*auth.Issuer{"strict": w.check, "lax": lax} {
			want := test.strict
			if name == "lax" {
				want = test.lax
			}
			_, err := check.Check(t.Context(), token)
			if want != (err == nil) || err != nil && !errors.Is(err, auth.ErrBadToken) {
				t.Errorf("%s: %q%s: got %v", name, test.typ, test.more, err)
			}
		}
	}
}
