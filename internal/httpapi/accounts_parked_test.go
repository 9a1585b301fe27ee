package httpapi

import (
	"net/http"
	"strings"
	"testing"
)

func TestAReadOfWhatIsParkedIsOfBeforeOrIs503(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.parked = 9
	client := f.client(t)
	for _, path := range []string{one, statement, none, none + "/statement"} {
		for _, position := range []string{"9", "10", "9223372036854775807"} {
			answer := send(t, client, http.MethodGet, path, "", "Min-Position", position, "If-None-Match", `"3"`)
			if answer.status != 503 || *answer.problem(t).Code != "read_model_parked" || answer.header.Get("Event-Position") != "42" || answer.header.Get("Parked-Position") != "" {
				t.Errorf("%s at %s: got %d %v %s", path, position, answer.status, answer.header, answer.body)
			}
		}
		want := 200
		if strings.HasPrefix(path, none) {
			want = 404
		}
		for _, headers := range [][]string{nil, {"Min-Position", "8"}} {
			if answer := send(t, client, http.MethodGet, path, "", headers...); answer.status != want || answer.header.Get("Parked-Position") != "9" {
				t.Errorf("%s with %v: got %d %v %s", path, headers, answer.status, answer.header, answer.body)
			}
		}
	}
	if answer := send(t, client, http.MethodGet, one, "", "If-None-Match", `"3"`); answer.status != 304 || answer.header.Get("Parked-Position") != "9" {
		t.Errorf("got %d %v", answer.status, answer.header)
	}
	if answer := send(t, client, http.MethodGet, statement, ""); !strings.Contains(answer.body, `"parked_position":"9"`) {
		t.Errorf("got %s", answer.body)
	}
}

func TestAListSaysWhatIsParked(t *testing.T) {
	t.Parallel()
	f := newFake()
	client := f.client(t)
	if answer := send(t, client, http.MethodGet, accounts, ""); strings.Contains(answer.body, "parked") || strings.Contains(answer.body, "incomplete") {
		t.Errorf("nothing is parked: %s", answer.body)
	}
	f.parked, f.incomplete = 9, true
	answer := send(t, client, http.MethodGet, accounts, "", "Min-Position", "9")
	if answer.status != 200 || !strings.Contains(answer.body, `"parked_position":"9"`) || !strings.Contains(answer.body, `"incomplete":true`) {
		t.Errorf("got %d %s", answer.status, answer.body)
	}
}

// If a read of a parked stream fails, the answer reports the failure, and does not name the
// position at which the stream is parked.
func TestAFailedReadSaysNothingOfParking(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.parked, f.fail = 9, sqlError("57014")
	answer := send(t, f.client(t), http.MethodGet, one, "", "Min-Position", "9")
	if answer.status != 503 || *answer.problem(t).Code != "unavailable" {
		t.Errorf("got %d %s", answer.status, answer.body)
	}
}
