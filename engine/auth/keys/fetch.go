package keys

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// fetchTimeout is the time limit of one request to the issuer.
const fetchTimeout = 5 * time.Second

// longestAnswer is the largest accepted size of an issuer's answer, in bytes. A typical set of keys
// has a few KiB.
const longestAnswer = 1 << 20

// errNoKeys says that the issuer has sent a set of keys without any usable key.
var errNoKeys = errors.New("the issuer's set of keys has none that signatures can be checked with")

// NewClient returns the HTTP client for requests to the issuer.
func NewClient() *http.Client {
	return &http.Client{Timeout: fetchTimeout, Transport: bounded{http.DefaultTransport}}
}

// bounded is an HTTP transport that reads each answer completely before it returns the answer. If
// an answer is too long or its status is not 200, bounded returns an error, which contains no part
// of the answer's body. bounded never follows a redirect, because a redirect could lead to an
// address without TLS. Instead, bounded returns an error.
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

// readKeys fetches the issuer's keys and returns the usable keys. readKeys ignores keys of an
// unknown kind, and returns the other keys (RFC 7517, 5).
func readKeys(ctx context.Context, client *http.Client, url string) ([]jose.JSONWebKey, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("ask for the issuer's keys: %w", err)
	}
	r.Header.Set("Cache-Control", "no-cache") // a cache between service and issuer must not answer with old keys
	response, err := client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("ask for the issuer's keys: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	var answer struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || answer.Keys == nil {
		return nil, errors.New("the issuer's answer is not a set of keys")
	}
	var usable []jose.JSONWebKey
	for _, raw := range answer.Keys {
		var key jose.JSONWebKey
		if err := json.Unmarshal(raw, &key); err == nil && key.Valid() && key.IsPublic() && key.Use != "enc" {
			usable = append(usable, key)
		}
	}
	return usable, nil
}

// CheckURL checks the address of an issuer's keys. If the address is without TLS, somebody on the
// network could change the keys, so CheckURL returns an error. The only exception is the host of an
// issuer whose own URL is without TLS.
func CheckURL(issuer, keys string) error {
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
