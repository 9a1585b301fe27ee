package httpapi

import (
	"net/http"
	"strings"
	"testing"
)

func TestARequestKeepsASaneName(t *testing.T) {
	t.Parallel()
	client := newService().client(t)
	for name, kept := range map[string]bool{
		"r-1": true, strings.Repeat("r", 128): true, strings.Repeat("r", 129): false, "a b": false, "ä": false, "": false, "a\tb": false,
	} {
		answer := send(t, client, http.MethodGet, "/healthz", "", "X-Request-Id", name)
		if got := answer.header.Get("X-Request-Id"); got == "" || (got == name) != kept {
			t.Errorf("%q: got %q", name, got)
		}
	}
}

func TestTraceparentIsValidated(t *testing.T) {
	t.Parallel()
	const valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	for header, want := range map[string]string{
		valid:                                  valid,
		valid + "-x":                           "",
		"01" + valid[2:] + "-what-comes-later": "01" + valid[2:],
		"01" + valid[2:] + "x":                 "",
		"ff" + valid[2:]:                       "",
		strings.ToUpper(valid):                 "",
		"00-00000000000000000000000000000000-b7ad6b7169203331-01": "",
		"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01": "",
		"": "", "00": "", strings.Repeat("0", 55): "",
	} {
		if got := traceparent(header); got != want {
			t.Errorf("%q: got %q", header, got)
		}
	}
}
