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

// Untyped is an entry for a list of accepted token types. If the list has this entry, tokens
// without a type are accepted, too.
const Untyped = "none"

// ours has the names of the claims that this package or the OpenID Connect verifier reads.
var ours = slices.Concat(moments, notAccess, []string{"iss", "sub", "aud", "scope", "scp", narrower, "_claim_names", "_claim_sources"})

// moments has the names of the claims that are times, in seconds since 1970 (RFC 7519, 2).
var moments = []string{"exp", "nbf", "iat"}

// notAccess has the names of claims that show that a token is not an access token. Such claims are
// in ID tokens (OpenID Connect Core 1.0, 2 and 3.3.2.11), in logout tokens and in other security
// events (RFC 8417).
var notAccess = []string{"nonce", "at_hash", "c_hash", "s_hash", "events"}

// narrower is the name of a claim with which an issuer restricts what a token's scopes permit (RFC
// 9396). This package can't interpret the restriction, so it refuses every token with this claim.
// If the package ignored the claim, the token would permit more than the issuer intended.
const narrower = "authorization_details"

// Claims maps the exact names of a token's claims to their values.
type Claims map[string]jsontext.Value

// Of returns the claims of a token's payload by their exact names. Of refuses a payload that two
// programs could read differently. For example, encoding/json, which the verifier uses, ignores
// letter case in names, and takes the last value if a name occurs several times.
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

// membersOf decodes a JSON object. If the object, or an object in it, has two members with the same
// name, membersOf returns an error.
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
	if _, err := from.ReadToken(); err != nil { // the closing brace of the object
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
	for _, name := range []string{"scope", "scp"} { // the claim is named scope in RFC 9068; some issuers name it scp
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

// scopes is a claim that lists scopes, either as one text with spaces between the scopes, or as a
// JSON array.
type scopes []string

// UnmarshalJSON implements json.Unmarshaler.
func (s *scopes) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err == nil {
		*s = strings.FieldsFunc(text, func(r rune) bool { return r == ' ' }) // only U+0020 separates scopes (RFC 6749, 3.3)
		return nil
	}
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		return errors.New("scopes are neither text nor a list of texts")
	}
	*s = list
	return nil
}

// Types converts token types to the form that CheckType compares (RFC 7515, 4.1.9): in lower case,
// without the prefix application/.
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

// CheckType checks the type of a token. The header of the token names this type. If the type is not
// in the given list, CheckType returns an error. With this check, a token that the issuer has made
// for another purpose is not accepted as an access token.
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
