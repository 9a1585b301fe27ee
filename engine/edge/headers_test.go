package edge

import (
	"net/http"
	"strings"
	"testing"
)

// The service ignores or replaces a header that it can't interpret, for example a header in Latin-1
// instead of UTF-8. But if the contract requires a form for the header, the service refuses the
// request.
func TestHeadersThatAreNotUTF8(t *testing.T) {
	t.Parallel()
	const latin1 = "caf\xe9"
	for _, name := range []string{"X-Request-Id", "X-Correlation-Id", "traceparent", "Prefer", "If-None-Match"} {
		f := newService()
		answer := send(t, f.client(t), http.MethodGet, one, "", name, latin1)
		if answer.status != 200 || strings.Contains(answer.header.Get("X-Request-Id"), latin1) {
			t.Errorf("%s: got %d %v %s", name, answer.status, answer.header, answer.body)
		}
	}
	for _, name := range []string{"Min-Position", "Log-Epoch"} {
		if answer := send(t, newService().client(t), http.MethodGet, one, "", name, latin1); answer.status != 400 || answer.errorOf(t, name) == "" {
			t.Errorf("%s: got %d %s", name, answer.status, answer.body)
		}
	}
	f := newService()
	answer := send(t, f.client(t), http.MethodPost, fillings, `{"amount":1}`, "X-Correlation-Id", latin1, "If-Match", `"`+latin1+`"`)
	if answer.status != 200 || len(f.request.IfMatch.Versions) > 0 || f.request.IfMatch.Versions == nil || strings.Contains(f.request.Metadata.CorrelationID, latin1) {
		t.Errorf("got %d, %+v %s", answer.status, f.request, answer.body)
	}
	if answer := send(t, newService().client(t), http.MethodPost, fillings, `{"amount":1}`, "Idempotency-Key", latin1); answer.status != 400 {
		t.Errorf("Idempotency-Key: got %d %s", answer.status, answer.body)
	}
}

// The service recognizes an id in a path even if the client has percent-encoded its digits (RFC
// 3986, 6.2.2.2).
func TestAnIDMayBePercentEncoded(t *testing.T) {
	t.Parallel()
	f := newService()
	encoded := "/v1/tanks/%30" + ada.String()[1:]
	if answer := send(t, f.client(t), http.MethodPost, encoded+"/fillings", `{"amount":1}`); answer.status != 200 || f.id != ada {
		t.Errorf("got %d for %s: %s", answer.status, f.id, answer.body)
	}
	if answer := send(t, f.client(t), http.MethodGet, "/v1/tanks/%2530"+ada.String()[1:], ""); answer.status != 400 {
		t.Errorf("encoded twice: got %d %s", answer.status, answer.body)
	}
}
