package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/enginetest/pump"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
)

// Without a session, every page is refused, and a link works once.
func TestNoSessionSeesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	used := s.tokens[0]
	s.browser = newBrowser(t)
	for _, path := range []string{"/", "/stream", "/find?q=1", "/cause?id=x", "/why?projection=levels", "/act?do=drop", "/acts", "/nowhere"} {
		if status, text, _ := s.send(http.MethodGet, path, nil, nil); status != http.StatusForbidden || strings.Contains(text, operator) {
			t.Errorf("%s: got %d", path, status)
		}
	}
	if status, _, _ := s.send(http.MethodPost, "/login", url.Values{"token": {used}}, nil); status != http.StatusForbidden {
		t.Errorf("the used link: got %d", status)
	}
	if status, text, _ := s.send(http.MethodGet, "/login?token="+url.QueryEscape(evil), nil, nil); status != http.StatusOK || strings.Contains(text, "<script>") {
		t.Errorf("the page of a link: got %d %s", status, text)
	}
	s.enter()
	for _, host := range []string{"attacker.example", "127.0.0.1.nip.io"} {
		if status, _, _ := s.send(http.MethodGet, "/", nil, map[string]string{"Host": host}); status != http.StatusMisdirectedRequest {
			t.Errorf("Host %s: got %d", host, status)
		}
	}
}

// Markup in every field of an event, an error and a note is shown as text.
func TestMarkupIsShownAsText(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	parked, killed, stuck := s.park(), s.kill(), s.stick()
	odd := uuid.New()
	at := s.add(evil, odd, event.Metadata{CorrelationID: evil, CausationID: evil, CommandID: evil, Actor: evil, Traceparent: evil}, tank.Built{Place: evil})
	form := s.formOf("/act?do=discard-stream&projection=levels&id=" + parked.String())
	form.Set("note", evil)
	s.order(form)
	query := url.QueryEscape(evil)
	for _, path := range []string{
		"/", "/stream", "/acts", "/stream?id=" + odd.String(), "/stream?id=" + parked.String(), "/cause?id=" + query, "/why?projection=levels", "/why?stream=" + parked.String(),
		"/act?do=redrive&id=" + killed.String(), "/act?do=cancel-instance&id=" + stuck.String(), "/why?stream=" + odd.String(),
	} {
		s.wants(path, "&lt;script&gt;alert(1)")
	}
	for _, path := range []string{"/stream?id=" + query, "/why?stream=" + query, "/why?projection=" + query, "/act?do=" + query, "/" + url.PathEscape(evil)} {
		if status, text, _ := s.send(http.MethodGet, path, nil, nil); status != http.StatusNotFound || strings.Contains(text, "<script>") {
			t.Errorf("%s: got %d %s", path, status, text)
		}
	}
	if _, _, to := s.send(http.MethodGet, "/find?q="+query, nil, nil); !strings.HasPrefix(to, "/cause?id=") {
		t.Errorf("a text that is no id leads to %q", to)
	}
	s.wants(fmt.Sprintf("/cause?id=%s&near=%d", query, at.Position), "1 event.")
}

// A stream has the state at each version, and what each event has changed.
func TestStreamHasTheStateAtEachVersion(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := uuid.New()
	s.add(tank.Stream, id, event.Metadata{Actor: "grace", CorrelationID: "request-1", Traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}, tank.Built{Place: "here"})
	for range 44 {
		s.add(tank.Stream, id, event.Metadata{}, tank.Poured{Amount: 10})
	}
	path := "/stream?id=" + id.String()
	s.wants(path+"&version=1", "grace", "https://traces.example.com/trace/0af7651916cd43dd8448eb211c80319c", "/cause?id=request-1&amp;near=1",
		"<code>Built</code> <del>false</del>", "<ins>true</ins>", "&#34;Level&#34;: 0", "&amp;version=21")
	s.wants(path+"&version=23", "Version <output>23</output> of 45", "&#34;Level&#34;: 220", "<code>Level</code> <del>210</del>", "<ins>220</ins>", `min="1" max="45" value="23"`, "&amp;version=20", "&amp;version=41")
	for _, last := range []string{"", "&version=45", "&version=99", "&version=-1", "&version=x", "&version=99999999999999999999"} {
		s.wants(path+last, "Version <output>45</output> of 45", "&#34;Level&#34;: 440")
	}
	for text, want := range map[string]string{
		id.String(): "/stream?id=" + id.String(), " " + strings.ToUpper(id.String()) + " ": "/stream?id=" + id.String(), "7": "/stream?id=" + id.String() + "&version=7",
		rig.One[uuid.UUID](t, s.pool, `SELECT event_id FROM events WHERE position = 3`).String(): "/stream?id=" + id.String() + "&version=3", "0": "/cause?id=0",
	} {
		if status, _, to := s.send(http.MethodGet, "/find?q="+url.QueryEscape(text), nil, nil); status != http.StatusSeeOther || to != want {
			t.Errorf("%q leads to %q, want %q", text, to, want)
		}
	}
}

// Where the state can't be computed, the page says why, and still has the events. Personal data is
// hidden in the events and in the states.
func TestStreamWithoutAStateAndWithPersonalData(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	person, stranger, unknown := uuid.New(), uuid.New(), uuid.New()
	rig.Put(t, s.pool, guest.Stream, person, 1, 1, "guest.registered", 1, `{"name":"encrypted.1.1.U0VDUkVU","email":"encrypted.1.1.U0VDUkVU"}`)
	rig.Put(t, s.pool, "stranger", stranger, 2, 1, "tank.built", 1, `{"place":"here"}`)
	rig.Put(t, s.pool, tank.Stream, unknown, 3, 1, "tank.exploded", 1, `{"radius":7}`)
	s.wants("/stream?id="+person.String(), "&#34;name&#34;: &#34;(personal)&#34;", "&#34;Name&#34;: &#34;(personal)&#34;", "The state has more than its JSON shows")
	if strings.Contains(s.page("/stream?id="+person.String()), "U0VDUkVU") {
		t.Error("the page shows an encrypted text")
	}
	s.wants("/stream?id="+stranger.String(), "no aggregate for streams of the type", "&#34;place&#34;: &#34;here&#34;")
	s.wants("/stream?id="+unknown.String(), "The state can&#39;t be computed", "&#34;radius&#34;: 7")
	if status, _, _ := s.send(http.MethodGet, "/stream?id="+uuid.NewString(), nil, nil); status != http.StatusNotFound {
		t.Errorf("a stream that is not there: got %d", status)
	}
}

// The tree of a correlation id has the request's command, its events, and what was done because of
// them: messages that wait, jobs, and the commands of workflows with their events.
func TestCausation(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.stick()
	cause := rig.One[uuid.UUID](t, s.pool, `SELECT event_id FROM events WHERE stream_id = $1`, id)
	other := uuid.New()
	at := s.add(pump.Vessels.StreamType, other, event.Metadata{CorrelationID: "stuck", CausationID: cause.String(), CommandID: "second", Actor: "workflow:pumping"}, pump.Built{Capacity: 5})
	s.add(pump.Vessels.StreamType, uuid.New(), event.Metadata{CorrelationID: "another"}, pump.Built{Capacity: 5})
	rig.Do(t, s.pool, `INSERT INTO outbox (position, event_id, stream_id, type, data, occurred_at) SELECT position, event_id, stream_id, 'com.example.built', '{}', now() FROM events WHERE position = $1`, at.Position)
	s.order(s.formOf("/act?do=retry-instance&id=" + id.String()))
	page := main(s.page("/cause?id=stuck"))
	last := -1
	for _, text := range []string{"2 events", "pump.asked", "pumping: command <b>take", "workflow:pumping", "vessel.built", "com.example.built"} {
		at := strings.Index(page, text)
		if at < 0 || at < last {
			t.Fatalf("the tree does not have %q in its place:\n%s", text, page)
		}
		last = at
	}
	if strings.Contains(page, "another") {
		t.Error("the tree has an event with another correlation id")
	}
	s.wants("/cause?id=nothing", "No event in this range")
	s.wants("/cause", "X-Correlation-Id")
}
