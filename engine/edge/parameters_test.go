package edge

import (
	"net/http"
	"testing"
)

func TestBadParametersAreNamed(t *testing.T) {
	t.Parallel()
	client := newService().client(t)
	refused := func(path, field string) {
		t.Helper()
		answer := send(t, client, http.MethodGet, path, "")
		if answer.status != 400 || answer.errorOf(t, field) == "" {
			t.Errorf("%s: got %d %s", path, answer.status, answer.body)
		}
	}
	for query, field := range map[string]string{
		"limit=0": "limit", "limit=201": "limit", "limit=x": "limit", "limit=1.0": "limit", "limit=": "limit", "limit=%2B5": "limit",
		"limit=99999999999999999999": "limit", "limit=1&limit=2": "limit", "sort=name": "sort", "status=OPEN": "status",
		"unit=LITRE": "unit", "place=": "place", "place=%00": "place", "place=%ff": "place", "page=2": "page", "place=%zz": "query",
		"cursor=": "cursor", "_=1732608000": "_",
	} {
		refused(tanks+"?"+query, field)
	}
	for _, at := range []string{"yesterday", "2026-02-30T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00+01:00"} {
		for _, field := range []string{"since", "until"} {
			refused("/v1/trail?"+field+"="+at, field)
		}
	}
	for _, id := range []string{"x", "123", "0197a1f25c3d7e4f8a9b0c1d2e3f4a5b", "urn:uuid:" + ada.String(), "%7B" + ada.String() + "%7D"} {
		refused(tanks+"/"+id, "id")
	}
}
