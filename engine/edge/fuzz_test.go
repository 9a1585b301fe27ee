package edge

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/edge/edgetest"
	"example.com/pgcqrs/engine/enginetest/contracttest"
)

// The answer is one that the contract knows, whatever is asked: no 500, no panic, and
// every problem says what is wrong.
func FuzzRequest(f *testing.F) {
	for _, seed := range [][7]string{
		{"GET", tanks, "limit=1&sort=-place", "", "", "", ""},
		{"GET", tanks, "limit=0&place=%00&cursor=e30", "", "", "If-None-Match", `W/"x"`},
		{"GET", one, "", "", "", "Min-Position", "42"},
		{"GET", one, "", "", "", "Prefer", "wait=0"},
		{"GET", "/v1/audit", "since=2026-01-31T12:00:00Z", "", "", "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
		{"POST", tanks, "", `{"place":"roof","unit":"litre"}`, "application/json", "Idempotency-Key", "k"},
		{"POST", fillings, "", `{"amount":1,"AMOUNT":2}`, "application/json; charset=utf-8", "If-Match", `"1", W/"2", *`},
		{"POST", one + "/drainings", "", `{"amount":1e3}`, "text/plain", "X-Request-Id", "\x7f"},
		{"POST", closure, "", `{}`, "application/json", "Content-Encoding", "gzip"},
		{"DELETE", one, "", "", "", "", ""},
		{"HEAD", "/openapi.yaml", "", "", "", "", ""},
		{"OPTIONS", "/v1//tanks/", "", "", "", "", ""},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3], seed[4], seed[5], seed[6])
	}
	handler := newService().handler(f)
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
		client := edgetest.Answers().Client(t, contracttest.InProcess(handler))
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
