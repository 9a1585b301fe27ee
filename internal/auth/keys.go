package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// atMostEvery bounds how often the issuer is asked for its keys: anybody can make up
// tokens whose keys nobody knows.
const atMostEvery = time.Second

var errJustFetched = errors.New("keys were fetched just now")

// sparing asks for keys at most once in atMostEvery.
type sparing struct {
	next http.RoundTripper
	mu   sync.Mutex
	last time.Time
	err  error // of the last time
}

func (s *sparing) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.last) < atMostEvery {
		if s.err != nil {
			return nil, s.err
		}
		return nil, errJustFetched
	}
	response, err := s.next.RoundTrip(r)
	if err == nil && response.StatusCode != http.StatusOK {
		_ = response.Body.Close()
		err = fmt.Errorf("the issuer answers %s", response.Status)
	}
	s.last, s.err = time.Now(), err
	if err != nil {
		return nil, err
	}
	return response, nil
}

// keySet is the issuer's keys, fetched again when a token names one that is not there:
// that is how keys rotate.
type keySet struct{ remote *oidc.RemoteKeySet }

// VerifySignature implements oidc.KeySet. That it could not tell whether the signature
// is good it says by withFailure's error: the verifier does not pass errors on.
func (k keySet) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	payload, err := k.remote.VerifySignature(ctx, token)
	if errors.Is(err, errJustFetched) { // perhaps for us: look once more at what came
		payload, err = k.remote.VerifySignature(ctx, token)
	}
	if err != nil && strings.HasPrefix(err.Error(), "fetching keys") && !errors.Is(err, errJustFetched) {
		if away, ok := ctx.Value(failureKey{}).(*error); ok {
			*away = err
		}
	}
	return payload, err
}

type failureKey struct{}

func withFailure(ctx context.Context, to *error) context.Context {
	return context.WithValue(ctx, failureKey{}, to)
}

// scopes is a claim that is text with spaces, or a list.
type scopes []string

// UnmarshalJSON implements json.Unmarshaler.
func (s *scopes) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err == nil {
		*s = strings.Fields(text)
		return nil
	}
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		return errors.New("scopes are neither text nor a list of texts")
	}
	*s = list
	return nil
}
