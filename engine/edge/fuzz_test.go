package edge

import (
	"testing"

	"example.com/pgcqrs/engine/edge/edgetest"
)

// Every request gets an answer that the contract lists. No request causes a panic or the status
// 500, and each answer to a wrong request says what is wrong.
func FuzzRequest(f *testing.F) {
	edgetest.Answers().Fuzz(f, newService().handler(f), [][7]string{
		{"GET", tanks, "limit=1&sort=-place", "", "", "", ""},
		{"GET", tanks, "limit=0&place=%00&cursor=e30", "", "", "If-None-Match", `W/"x"`},
		{"GET", one, "", "", "", "Min-Position", "42"},
		{"GET", one, "", "", "", "Prefer", "wait=0"},
		{"GET", "/v1/trail", "since=2026-01-31T12:00:00Z", "", "", "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
		{"POST", tanks, "", `{"place":"roof","unit":"litre"}`, "application/json", "Idempotency-Key", "k"},
		{"POST", fillings, "", `{"amount":1,"AMOUNT":2}`, "application/json; charset=utf-8", "If-Match", `"1", W/"2", *`},
		{"POST", one + "/drainings", "", `{"amount":1e3}`, "text/plain", "X-Request-Id", "\x7f"},
		{"POST", closure, "", `{}`, "application/json", "Content-Encoding", "gzip"},
		{"DELETE", one, "", "", "", "", ""},
		{"HEAD", "/openapi.yaml", "", "", "", "", ""},
		{"OPTIONS", "/v1//tanks/", "", "", "", "", ""},
	})
}
