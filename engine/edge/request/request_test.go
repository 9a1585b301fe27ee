package request

import (
	"strings"
	"testing"

	"github.com/google/uuid"
)

func TestACorrelationIsAUUID(t *testing.T) {
	t.Parallel()
	const id, own = "0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b", "11111111-1111-4111-8111-111111111111"
	for header, want := range map[string]string{
		id: id, strings.ToUpper(id): id, "": own, "john@example.com": own, "urn:uuid:" + id: own, "{" + id + "}": own,
		strings.ReplaceAll(id, "-", ""): own, id + "0": own, " " + id[1:]: own, strings.Repeat("j", 36): own,
	} {
		if got := correlationID(header, own); got != want {
			t.Errorf("%q: got %q", header, got)
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

// If a query runs twice for a request and shows personal data of a stream, the stream is recorded
// only once.
func TestWhoIsShownIsNotedOnce(t *testing.T) {
	t.Parallel()
	id, r := uuid.New(), &Request{}
	r.Show(id)
	r.Show(id)
	if len(r.Shown) != 1 {
		t.Errorf("got %v", r.Shown)
	}
}

// As soon as a streaming answer shows personal data, a log line names the stream. Each stream is
// named only once.
func TestAStreamingAnswerNamesWhomItShows(t *testing.T) {
	t.Parallel()
	var lines [][]uuid.UUID
	r := &Request{}
	r.Named = func() { lines = append(lines, r.Shown) }
	a, b := uuid.New(), uuid.New()
	for _, batch := range [][]uuid.UUID{{a}, {a}, {}, {a, b}} {
		for _, id := range batch {
			r.Show(id)
		}
		r.Name()
	}
	if len(lines) != 2 || lines[0][0] != a || len(lines[1]) != 1 || lines[1][0] != b || len(r.Shown) > 0 {
		t.Errorf("got %v", lines)
	}
	for range 3 * mostNamed {
		r.Show(uuid.New())
		r.Name()
	}
	if len(r.named) > mostNamed+1 {
		t.Errorf("%d streams are remembered", len(r.named))
	}
}
