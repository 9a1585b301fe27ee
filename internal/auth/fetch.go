package auth

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/go-jose/go-jose/v4"
)

// longestAnswer bounds what is read of an answer of the issuer's, in bytes. Sets of keys have a few KiB.
const longestAnswer = 1 << 20

// newClient asks the issuer through next.
func newClient(next http.RoundTripper) *http.Client {
	return &http.Client{Timeout: fetchTimeout, Transport: next}
}

// bounded reads answers as a whole. One that is not 200, or too long, is an error, in which
// nothing of it is shown. So no redirect is followed, which could lead anywhere, also to where there
// is no TLS.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the issuer answers %d %s", response.StatusCode, http.StatusText(response.StatusCode))
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the issuer's answer: %w", err)
	case len(body) > longestAnswer:
		return nil, fmt.Errorf("the issuer's answer is longer than %d bytes", longestAnswer)
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// usable lets through the keys of an answer that can be used, one at least: one key of a kind that
// nobody here knows must not make the others unusable (RFC 7517, 5).
type usable struct{ next http.RoundTripper }

func (u usable) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := u.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return nil, errors.New("the issuer's answer is not a set of keys")
	}
	set := jose.JSONWebKeySet{}
	for _, raw := range answer.Keys {
		var key jose.JSONWebKey
		if err := json.Unmarshal(raw, &key); err == nil && key.Valid() && key.IsPublic() && key.Use != "enc" {
			set.Keys = append(set.Keys, key)
		}
	}
	if len(set.Keys) == 0 {
		return nil, errors.New("the issuer's set of keys has none that signatures can be checked with")
	}
	body, err := json.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("encode the issuer's keys: %w", err)
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// checkKeysURL refuses to read keys from where somebody on the way could change them, unless the
// issuer's own URL is as open as that.
func checkKeysURL(issuer, keys string) error {
	of, err := url.Parse(issuer)
	if err != nil {
		return errors.New("the issuer's URL can't be understood")
	}
	at, err := url.Parse(keys)
	switch {
	case err != nil || at.Host == "":
		return errors.New("its jwks_uri is not a URL")
	case at.Scheme == "https":
		return nil
	case at.Scheme == "http" && of.Scheme == "http" && at.Host == of.Host:
		return nil
	}
	return errors.New("its jwks_uri must be https")
}
