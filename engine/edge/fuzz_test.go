package edge

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"example.com/pgcqrs/internal/httpapi/contracttest"
)

// Whatever is asked, the answer is one that the contract knows: no 500, no panic, and
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
		client := contracttest.Client(t, contracttest.InProcess(handler))
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

// What a cursor says is what was put into it, and nothing else is one.
func FuzzCursor(f *testing.F) {
	for _, c := range []cursor{{Of: "owner", Key: "Ada", ID: ada}, {Of: "events", Version: 7}, {}} {
		f.Add(*c.encode(), c.Of)
	}
	f.Add("e30", "")
	f.Add("!", "owner")
	f.Fuzz(func(t *testing.T, text, of string) {
		c, err := cursorOf(&text, of)
		if err != nil {
			return
		}
		if c.Of != of || c.Version < 0 || strings.ContainsRune(c.Key, 0) {
			t.Fatalf("%q is taken for %+v", text, c)
		}
		again, err := cursorOf(c.encode(), of)
		if utf8.ValidString(c.Key) && utf8.ValidString(of) && (err != nil || again != c) {
			t.Fatalf("%+v comes back as %+v, %v", c, again, err)
		}
	})
}

// If-Match names the versions that stand in it as strong tags, and If-None-Match finds
// its own tag, whatever else is listed.
func FuzzEntityTags(f *testing.F) {
	for _, seed := range []string{`"1"`, `*`, ` * `, `W/"1"`, `"1", "2"`, `"01"`, `"-1"`, `"`, `""`, `"a","3"`, `"9223372036854775808"`} {
		f.Add(seed, int64(3))
	}
	f.Fuzz(func(t *testing.T, header string, version int64) {
		condition := preconditionOf(&header)
		if condition.Any != (strings.TrimSpace(header) == "*") {
			t.Fatalf("%q: any %v", header, condition.Any)
		}
		for _, v := range condition.Versions {
			if !strings.Contains(header, `"`+strconv.FormatInt(v, 10)+`"`) {
				t.Fatalf("%q is said to name %d", header, v)
			}
		}
		tag := strconv.FormatInt(version, 10)
		if strings.Count(header, `"`)%2 != 0 || strings.TrimSpace(header) == "*" {
			return
		}
		listed := header + `, "` + tag + `"`
		if !slices.Contains(preconditionOf(&listed).Versions, version) {
			t.Fatalf("%q does not name %s", listed, tag)
		}
		if noneMatch(&listed, tag) {
			t.Fatalf("%q is said not to list %s", listed, tag)
		}
	})
}

// Prefer's wait is within its bounds, and what can't be understood is ignored.
func FuzzPrefer(f *testing.F) {
	for _, seed := range []string{"wait=5", "wait=31", "Wait = \"2\"", "respond-async, wait=0;x=y", "wait=-1", "wait=1e3", "wait", ",,", "wait=99999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		wait, asked := waitOf(&header)
		if wait < 0 || wait > mostWait || !asked && wait != usualWait || wait%time.Second != 0 {
			t.Fatalf("%q waits %s (asked %v)", header, wait, asked)
		}
	})
}

// A traceparent that is kept is one, by W3C Trace Context; a correlation that is kept is a UUID.
func FuzzRequestHeaders(f *testing.F) {
	f.Add("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	f.Add("00-00000000000000000000000000000000-b7ad6b7169203331-01")
	f.Add("r-1")
	f.Add(uuid.NewString())
	f.Add("\n")
	f.Fuzz(func(t *testing.T, header string) {
		if kept := traceparent(header); kept != "" {
			if !strings.HasPrefix(header, kept) || len(kept) != 55 || strings.Contains(kept, "-00000000000000000000000000000000-") || strings.Contains(kept, "-0000000000000000-") {
				t.Fatalf("%q is kept as %q", header, kept)
			}
		}
		kept := correlationID(header, "otherwise")
		if kept != "otherwise" && (kept != strings.ToLower(header) || uuid.Validate(kept) != nil) {
			t.Fatalf("%q is kept as %q", header, kept)
		}
	})
}

// isToken is RFC 9110's rule for methods and names of headers.
func isToken(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}
