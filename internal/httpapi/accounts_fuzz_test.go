package httpapi

import "testing"

// Every request gets an answer that the contract lists. No answer has the status 500, no handler
// panics, and every error answer (a problem of RFC 9457) has a detail.
func FuzzRequest(f *testing.F) {
	id := ada.String()
	answers().Fuzz(f, newFake().handler(f), [][7]string{
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
	})
}
