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

// A client that passes the position of its own write is not shown what was before it, also where
// the read model has stopped at that write.
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
		if s.want(answer, 503, "read_model_parked"); answer.header.Get("Event-Position") == "" || answer.header.Get("Retry-After") == "" {
			t.Errorf("at %s: %v", wanted, answer.header)
		}
	}
	for _, wanted := range []string{"", before(position)} {
		answer := s.get(path, wanted)
		if s.want(answer, 200, ""); answer.header.Get("Parked-Position") != position || answer.fields(t)["level"] != 100.0 {
			t.Errorf("at %q: %v %s", wanted, answer.header, answer.body)
		}
	}
	if answer := s.get(other, later); answer.status != 200 || answer.header.Get("Parked-Position") != "" || strings.Contains(answer.body, "parked") {
		t.Errorf("the other: %d %v %s", answer.status, answer.header, answer.body)
	}
	list := s.get("/v1/tanks", later)
	if s.want(list, 200, ""); list.fields(t)["incomplete"] != true || strings.Count(list.body, "parked_position") != 1 {
		t.Errorf("the list is %s", list.body)
	}
	items, _ := list.fields(t)["items"].([]any)
	for _, each := range items {
		item, _ := each.(map[string]any)
		if said, parked := item["parked_position"], item["id"] == id; parked && said != position || !parked && said != nil {
			t.Errorf("the list has %v", item)
		}
	}

	s.spoil(`DELETE FROM parked_streams`)
	s.want(s.get(path, later), 200, "")
	if list := s.get("/v1/tanks", ""); strings.Contains(list.body, "incomplete") || strings.Contains(list.body, "parked") {
		t.Errorf("nothing is parked any more: %s", list.body)
	}
}

// A stream that is parked at its first event has no row. It is not said to be missing to a
// client that knows better.
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
	if s.want(answer, 503, "read_model_parked"); answer.header.Get("Event-Position") == "" || answer.header.Get("Parked-Position") != "" {
		t.Errorf("at its position: %v", answer.header)
	}
	answer = s.get(path, "")
	if s.want(answer, 404, "not_found"); answer.header.Get("Parked-Position") != position {
		t.Errorf("at any: %v", answer.header)
	}
	if other := s.get("/v1/tanks/"+uuid.NewString(), position); other.status != 404 || other.header.Get("Parked-Position") != "" {
		t.Errorf("one that there never was: %d %v", other.status, other.header)
	}
	if list := s.get("/v1/tanks", position); list.fields(t)["incomplete"] != true {
		t.Errorf("the list is %d %s", list.status, list.body)
	}
}
