package edge_test

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"
)

func before(position string) string {
	number, _ := strconv.Atoi(position)
	return strconv.Itoa(number - 1)
}

// A client reads with the position of its own write. The read model could not apply the event of
// that write, and has stopped applying the events of that stream (the stream is parked). The API
// then answers 503, and never returns the state from before the write.
func TestAReadOfAParkedStreamDoesNotShowTheOldState(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	path, other := s.open(), s.open()
	s.settled(s.post(path+"/fillings", `{"amount":100}`))
	id := filepath.Base(path)
	s.spoil(`UPDATE levels SET version = 99 WHERE tank_id = $1`, id)
	position := s.settled(s.post(path+"/fillings", `{"amount":5}`))
	later := s.settled(s.post(other+"/fillings", `{"amount":7}`))

	for _, wanted := range []string{position, later} {
		answer := s.get(path, wanted)
		if s.want(answer, 503, "read_model_parked"); answer.Header.Get("Event-Position") == "" || answer.Header.Get("Retry-After") == "" {
			t.Errorf("at %s: %v", wanted, answer.Header)
		}
	}
	for _, wanted := range []string{"", before(position)} {
		answer := s.get(path, wanted)
		if s.want(answer, 200, ""); answer.Header.Get("Parked-Position") != position || answer.Fields(t)["level"] != 100.0 {
			t.Errorf("at %q: %v %s", wanted, answer.Header, answer.Body)
		}
	}
	if answer := s.get(other, later); answer.Status != 200 || answer.Header.Get("Parked-Position") != "" || strings.Contains(answer.Body, "parked") {
		t.Errorf("the other: %d %v %s", answer.Status, answer.Header, answer.Body)
	}
	list := s.get("/v1/tanks", later)
	if s.want(list, 200, ""); list.Fields(t)["incomplete"] != true || strings.Count(list.Body, "parked_position") != 1 {
		t.Errorf("the list is %s", list.Body)
	}
	items, _ := list.Fields(t)["items"].([]any)
	for _, each := range items {
		item, _ := each.(map[string]any)
		if said, parked := item["parked_position"], item["id"] == id; parked && said != position || !parked && said != nil {
			t.Errorf("the list has %v", item)
		}
	}

	s.spoil(`DELETE FROM parked_streams`)
	s.want(s.get(path, later), 200, "")
	if list := s.get("/v1/tanks", ""); strings.Contains(list.Body, "incomplete") || strings.Contains(list.Body, "parked") {
		t.Errorf("nothing is parked any more: %s", list.Body)
	}
}

// A stream is parked if its read model could not apply one of its events. A stream that is parked
// at its first event has no row in the read model. If the client sends a position at which the
// stream already existed, the API does not answer 404.
func TestAReadOfAStreamThatIsParkedFromItsBeginning(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	id := uuid.NewString()
	path := "/v1/tanks/" + id
	s.spoil(`INSERT INTO levels (tank_id, place, level, version, changed_at) VALUES ($1, 'x', 0, 1, now())`, id)
	opened := s.post("/v1/tanks", fmt.Sprintf(`{"id":%q,"place":"roof","unit":"litre"}`, id))
	s.want(opened, 201, "")
	position := s.settled(opened)
	s.spoil(`DELETE FROM levels`)

	answer := s.get(path, position)
	if s.want(answer, 503, "read_model_parked"); answer.Header.Get("Event-Position") == "" || answer.Header.Get("Parked-Position") != "" {
		t.Errorf("at its position: %v", answer.Header)
	}
	answer = s.get(path, "")
	if s.want(answer, 404, "not_found"); answer.Header.Get("Parked-Position") != position {
		t.Errorf("at any: %v", answer.Header)
	}
	if other := s.get("/v1/tanks/"+uuid.NewString(), position); other.Status != 404 || other.Header.Get("Parked-Position") != "" {
		t.Errorf("one that there never was: %d %v", other.Status, other.Header)
	}
	if list := s.get("/v1/tanks", position); list.Fields(t)["incomplete"] != true {
		t.Errorf("the list is %d %s", list.Status, list.Body)
	}
}
