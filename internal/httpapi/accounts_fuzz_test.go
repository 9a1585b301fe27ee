package httpapi

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/contracttest"
)

// The answer is one that the contract knows, whatever is asked: no 500, no panic, and
// every problem says what is wrong.
func FuzzRequest(f *testing.F) {
	id := ada.String()
	for _, seed := range [][7]string{
		{"GET", "/v1/accounts", "limit=1&sort=-owner", "", "", "", ""},
		{"GET", "/v1/accounts", "limit=0&owner=%00&cursor=e30", "", "", "If-None-Match", `W/"x"`},
		{"GET", "/v1/accounts/" + id, "", "", "", "Min-Position", "42"},
		{"GET", "/v1/accounts/" + id + "/statement", "cursor=eyJvIjoic3RhdGVtZW50IiwidiI6MX0", "", "", "Prefer", "wait=0"},
		{"GET", "/v1/accounts/" + id + "/events", "version=2&at=2026-01-31T12:00:00Z", "", "", "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
		{"POST", "/v1/accounts", "", `{"owner":"Ada","currency":"EUR"}`, "application/json", "Idempotency-Key", "k"},
		{"POST", "/v1/accounts/" + id + "/deposits", "", `{"amount":1,"AMOUNT":2}`, "application/json; charset=utf-8", "If-Match", `"1", W/"2", *`},
		{"POST", "/v1/accounts/" + id + "/withdrawals", "", `{"amount":1e3}`, "text/plain", "X-Request-Id", "\x7f"},
		{"POST", "/v1/accounts/" + id + "/closure", "", `{}`, "application/json", "Content-Encoding", "gzip"},
		{"DELETE", "/v1/accounts/" + id, "", "", "", "", ""},
		{"HEAD", "/openapi.yaml", "", "", "", "", ""},
		{"OPTIONS", "/v1//accounts/", "", "", "", "", ""},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3], seed[4], seed[5], seed[6])
	}
	handler := newFake().handler(f)
	f.Fuzz(func(t *testing.T, method, path, query, body, mediaType, header, value string) {
		r := &http.Request{
			Method: method, Host: "api", URL: &url.URL{Scheme: "http", Host: "api", Path: "/" + strings.TrimPrefix(path, "/"), RawQuery: query},
			Header: http.Header{}, Body: http.NoBody, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		}
		if !isToken(method) || !isToken(header) && header != "" {
			return // no server would let it through
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
		client := answers().Client(t, contracttest.InProcess(handler))
		answer, err := client.Transport.RoundTrip(r.WithContext(t.Context()))
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if answer.StatusCode >= 500 && answer.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("%s %q?%s answers %d", method, path, query, answer.StatusCode)
		}
	})
}

// isToken is RFC 9110's rule for methods and names of headers.
func isToken(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}
