package console_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
)

// The page of a row compares it with what the events make, and changes nothing: a row that somebody
// has changed differs, and so does one that is missing.
func TestRowsAreComparedWithTheEvents(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := uuid.New()
	s.add(tank.Stream, id, event.Metadata{Actor: "grace", CorrelationID: "request-1"}, tank.Built{Place: "here"}, tank.Poured{Amount: 5})
	s.project(s.add(tank.Stream, id, event.Metadata{}, tank.Drained{Amount: 2}).Position)
	s.add(tank.Stream, id, event.Metadata{}, tank.Poured{Amount: 100}) // the projection has not applied it
	path := "/why?projection=levels&stream=" + id.String()
	s.wants("/why", `href="/why?projection=levels"`)
	s.wants("/why?projection=levels", id.String(), "&#34;place&#34;: &#34;here&#34;", "stream="+id.String())
	s.wants(path, "up to position 3, and so 3 events of the stream", `<span class="badge good">equal</span>`, "grace", "request-1", "tank_id "+id.String())
	if strings.Contains(s.page(path), "different") {
		t.Error("an equal row is called different")
	}

	rig.Do(t, s.pool, `UPDATE levels SET level = 7`)
	s.wants(path, `<span class="badge bad">different</span>`, "<code>level</code> the row has <del>7</del>, the events make <ins>3</ins>")
	if level := rig.One[int64](t, s.pool, `SELECT level FROM levels`); level != 7 {
		t.Errorf("the page has changed the row to %d", level)
	}
	rig.Do(t, s.pool, `DELETE FROM levels`)
	s.wants(path, `<span class="badge bad">different</span>`, "There is none.")
	other := uuid.New()
	rig.Do(t, s.pool, `INSERT INTO levels (tank_id, place, level, version, changed_at) VALUES ($1, 'nowhere', 1, 1, now())`, other)
	s.add("stranger", other, event.Metadata{}, tank.Built{Place: "x"})
	s.wants("/why?projection=levels&stream="+other.String(), "They make none.")
	if tables := rig.One[int](t, s.pool, `SELECT count(*)::int FROM pg_class WHERE relname = 'levels' AND relkind = 'r'`); tables != 1 {
		t.Errorf("there are %d tables levels", tables)
	}
}

// The rows of a parked stream are compared with the events before the one that can't be applied. If
// the events of one stream can't be applied alone, the page says so.
func TestRowsThatCantBeCompared(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.park()
	path := "/why?stream=" + id.String()
	s.wants(path, "The stream is parked at version 3", "and so 2 events of the stream", `<span class="badge good">equal</span>`, "The projection has never run.")
	rig.Do(t, s.pool, `INSERT INTO checkpoints (projection, position) VALUES ('rings', 3)`)
	s.wants(path, "can't be compared", "rows depend on other streams", "changed no row")
}
