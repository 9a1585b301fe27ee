package edge

import (
	"net/http"
	"testing"

	"github.com/google/uuid"
)

// The service generates the id of a request, and ignores an id that the client sends. The reason is
// that events contain the id and are never deleted.
func TestARequestIsNamedByTheService(t *testing.T) {
	t.Parallel()
	client, seen := newService().client(t), make(map[string]bool)
	for _, name := range []string{"john@example.com", "0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b", "0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b", ""} {
		got := send(t, client, http.MethodGet, "/healthz", "", "X-Request-Id", name).header.Get("X-Request-Id")
		if _, err := uuid.Parse(got); err != nil || got == name || seen[got] {
			t.Errorf("%q: got %q", name, got)
		}
		seen[got] = true
	}
}
