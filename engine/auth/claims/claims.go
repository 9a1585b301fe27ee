package claims

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Untyped in a list of token types stands for a token without a type.
const Untyped = "none"

// ours are the claims that this package or the verifier reads.
var ours = slices.Concat(moments, notAccess, []string{"iss", "sub", "aud", "scope", "scp", narrower, "_claim_names", "_claim_sources"})

// moments are claims that are a number of seconds (RFC 7519, 2).
var moments = []string{"exp", "nbf", "iat"}

// notAccess are claims of tokens that are not for an API: ID tokens (OpenID Connect Core 1.0, 2 and
// 3.3.2.11), logout tokens and other security events (RFC 8417).
var notAccess = []string{"nonce", "at_hash", "c_hash", "s_hash", "events"}

// narrower is a claim that restricts, in a way of the issuer's own, what a token's scopes may be
// used for (RFC 9396). This package does not understand it, so a token that has it is refused: it
// must not grant more than the issuer meant.
const narrower = "authorization_details"

// Claims are a token's, by their exact names.
type Claims map[string]jsontext.Value

// Of reads a payload by the exact names of its claims, and refuses one that could be read in two
// ways. The verifier, like encoding/json, takes names that differ by letter case for the same name,
// and uses the last of several.
func Of(payload []byte) (Claims, error) {
	found, err := membersOf(payload)
	if err != nil {
		return nil, err
	}
	for name := range found {
		for _, our := range ours {
			if name != our && strings.EqualFold(name, our) {
				return nil, fmt.Errorf("its claim %q differs from %s by letter case only", name, our)
			}
		}
	}
	for _, name := range moments {
		if value, ok := found[name]; ok && value.Kind() != '0' {
			return nil, fmt.Errorf("its claim %s is not a number", name)
		}
	}
	for _, name := range notAccess {
		if _, ok := found[name]; ok {
			return nil, fmt.Errorf("it is no access token: it has the claim %s", name)
		}
	}
	if _, ok := found[narrower]; ok {
		return nil, fmt.Errorf("it has the claim %s, which is not understood", narrower)
	}
	return found, nil
}

// membersOf reads one JSON object. A name that occurs twice is an error, in inner objects too.
func membersOf(data []byte) (map[string]jsontext.Value, error) {
	members, from := make(map[string]jsontext.Value), jsontext.NewDecoder(bytes.NewReader(data))
	if token, err := from.ReadToken(); err != nil || token.Kind() != '{' {
		return nil, errors.New("it is not a JSON object")
	}
	for from.PeekKind() == '"' {
		name, err := from.ReadToken()
		if err != nil {
			return nil, fmt.Errorf("read a name: %w", err)
		}
		key := name.String()
		value, err := from.ReadValue()
		if err != nil {
			return nil, fmt.Errorf("read %q: %w", key, err)
		}
		members[key] = value.Clone()
	}
	if _, err := from.ReadToken(); err != nil { // its end
		return nil, fmt.Errorf("read it to its end: %w", err)
	}
	if _, err := from.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows it")
	}
	return members, nil
}

// Scopes returns the scopes that the token grants.
func (c Claims) Scopes() ([]string, error) {
	var all []string
	for _, name := range []string{"scope", "scp"} { // RFC 9068: text; some issuers write "scp"
		value, ok := c[name]
		if !ok {
			continue
		}
		var given scopes
		if err := given.UnmarshalJSON(value); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		all = append(all, given...)
	}
	return all, nil
}

// scopes is a claim in one of two forms: text with spaces, or a list.
type scopes []string

// UnmarshalJSON implements json.Unmarshaler.
func (s *scopes) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err == nil {
		*s = strings.FieldsFunc(text, func(r rune) bool { return r == ' ' }) // no other space separates scopes (RFC 6749, 3.3)
		return nil
	}
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		return errors.New("scopes are neither text nor a list of texts")
	}
	*s = list
	return nil
}

// Types returns the types in the form in which they are compared (RFC 7515, 4.1.9).
func Types(types []string) []string {
	compared := make([]string, 0, len(types))
	for _, name := range types {
		compared = append(compared, comparedType(name))
	}
	return compared
}

func comparedType(name string) string {
	name = strings.ToLower(name)
	if short, ok := strings.CutPrefix(name, "application/"); ok && !strings.Contains(short, "/") {
		return short
	}
	return name
}

// CheckType refuses a token in compact form whose header does not name one of the types, so that a
// token that the issuer made for another purpose is not taken for an access token.
func CheckType(token string, types []string) error {
	encoded, _, _ := strings.Cut(token, ".")
	header, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return errors.New("its header is not base64url")
	}
	members, err := membersOf(header)
	if err != nil {
		return fmt.Errorf("its header can't be read: %w", err)
	}
	typ := Untyped
	if value, ok := members["typ"]; ok {
		if err := json.Unmarshal(value, &typ); err != nil || typ == "" || typ == Untyped {
			return errors.New("its typ is not the name of a type")
		}
	}
	if !slices.Contains(types, comparedType(typ)) {
		return fmt.Errorf("its typ is %q, and those that are taken are %s (AUTH_TOKEN_TYPES)", typ, strings.Join(types, ", "))
	}
	return nil
}
