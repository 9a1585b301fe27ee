package edge

import (
	"net/http"
	"net/url"
	"testing"
)

func TestTimesAreThoseOfRFC3339(t *testing.T) {
	t.Parallel()
	client := newService().client(t)
	for text, taken := range map[string]bool{
		"2026-01-31T12:00:00Z": true, "2026-01-31T12:00:00.1Z": true, "2026-01-31T12:00:00.123456789Z": true, "2026-01-31T23:59:59+23:59": true,
		"2024-02-29T00:00:00-00:00": true, "0001-01-01T00:00:00Z": true, "9999-12-31T23:59:59Z": true,
		"2026-01-31T1:00:00Z": false, "2026-01-31T12:00:00,5Z": false, "2026-01-31T12:00:00.Z": false, "2026-01-31T12:00:00+24:01": false,
		"2026-01-31T12:00:00+00:60": false, "2026-01-31T12:00:00+0100": false, "2026-01-31T12:00:00+01": false, "2026-01-31T24:00:00Z": false,
		"2026-01-31T12:60:00Z": false, "2026-06-30T23:59:60Z": false, "2026-01-31t12:00:00Z": false, "2026-01-31T12:00:00z": false,
		"2026-01-31 12:00:00Z": false, "2026-01-31T12:00:00": false, "2026-02-29T12:00:00Z": false, "2026-13-01T12:00:00Z": false,
		"0000-01-01T00:00:00Z": false, "02026-01-31T12:00:00Z": false, " 2026-01-31T12:00:00Z": false, "2026-01-31T12:00:00Z\n": false,
		"٢٠٢٦-01-31T12:00:00Z": false, "": false,
	} {
		answer := send(t, client, http.MethodGet, "/v1/trail?since="+url.QueryEscape(text), "")
		if got := answer.status == 200; got != taken {
			t.Errorf("%q: got %d %s", text, answer.status, answer.body)
		}
		if !taken && answer.errorOf(t, "since") == "" {
			t.Errorf("%q: since is not named: %s", text, answer.body)
		}
	}
}
