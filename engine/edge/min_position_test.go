package edge

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMinPositionWaitsForItsReadModel(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		path, prefer, applied string
		wait                  time.Duration
	}{
		"a tank":              {one, "", "", 5 * time.Second},
		"a list":              {tanks, "wait=10", "wait=10", 10 * time.Second},
		"among others":        {one, `respond-async, WAIT="3"; x=1`, "wait=3", 3 * time.Second},
		"more than the most":  {tanks, "wait=31", "wait=30", 30 * time.Second},
		"a malformed wait":    {one, "wait=soon", "", 5 * time.Second},
		"a negative wait":     {one, "wait=-1", "", 5 * time.Second},
		"another preference":  {one, "return=minimal", "", 5 * time.Second},
		"the first of two":    {one, "wait=2, wait=9", "wait=2", 2 * time.Second},
		"a wait for too long": {one, "wait=4000000000", "", 5 * time.Second},
		"no wait at all":      {one, "wait=0", "wait=0", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newService()
			answer := send(t, f.client(t), http.MethodGet, test.path, "", "Min-Position", "7", "Prefer", test.prefer)
			if diff := cmp.Diff([]any{"levels", int64(7), test.wait}, f.waited); diff != "" || answer.status != 200 {
				t.Errorf("got %d: %s", answer.status, diff)
			}
			if got := answer.header.Get("Preference-Applied"); got != test.applied {
				t.Errorf("applied %q", got)
			}
		})
	}
}

func TestAPositionThatIsNotReachedInTimeIs503(t *testing.T) {
	t.Parallel()
	f := newService()
	f.waitFor = -1
	client := f.client(t)
	for _, path := range []string{one, tanks} {
		answer := send(t, client, http.MethodGet, path, "", "Min-Position", "43", "Prefer", "wait=0")
		if answer.status != 503 || *answer.problem(t).Code != "position_not_reached" || answer.header.Get("Retry-After") == "" || answer.header.Get("Preference-Applied") != "wait=0" {
			t.Errorf("%s: got %d %v %s", path, answer.status, answer.header, answer.body)
		}
	}
}

func TestMinPositionIsADecimalOf63Bits(t *testing.T) {
	t.Parallel()
	client := newService().client(t)
	for position, status := range map[string]int{
		"0": 200, "9223372036854775807": 200, "9223372036854775808": 400, "-1": 400, "1.0": 400, "x": 400, "": 400, "1, 2": 400, "99999999999999999999": 400,
	} {
		answer := send(t, client, http.MethodGet, one, "", "Min-Position", position)
		if answer.status != status || status == 400 && answer.errorOf(t, "Min-Position") == "" {
			t.Errorf("%q: got %d %s", position, answer.status, answer.body)
		}
	}
}
