package contracttest

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Fuzz sends arbitrary requests to a handler: any request that an HTTP server would pass to the
// handler. Each answer must conform to the contract. Of the 5xx statuses, only 503 is allowed. A
// seed has the parts of a request: a method, a path, a query, a body and its media type, and the
// name and value of one more header.
func (c *Contract) Fuzz(f *testing.F, handler http.Handler, seeds [][7]string) {
	f.Helper()
	for _, seed := range seeds {
		f.Add(seed[0], seed[1], seed[2], seed[3], seed[4], seed[5], seed[6])
	}
	f.Fuzz(func(t *testing.T, method, path, query, body, mediaType, header, value string) {
		r := &http.Request{
			Method: method, Host: "api", URL: &url.URL{Scheme: "http", Host: "api", Path: "/" + strings.TrimPrefix(path, "/"), RawQuery: query},
			Header: http.Header{}, Body: http.NoBody, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		}
		if !isToken(method) || !isToken(header) && header != "" {
			return // no server would pass this request to a handler
		}
		if body != "" {
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		}
		if mediaType != "" {
			r.Header.Set("Content-Type", mediaType)
		}
		if header != "" {
			r.Header.Set(header, value)
		}
		answer, err := c.Client(t, InProcess(handler)).Transport.RoundTrip(r.WithContext(t.Context()))
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if answer.StatusCode >= 500 && answer.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("%s %q?%s answers %d", method, path, query, answer.StatusCode)
		}
	})
}

// isToken reports whether a text is a token as RFC 9110 defines it. The method of a request and the
// names of headers must be tokens.
func isToken(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}
