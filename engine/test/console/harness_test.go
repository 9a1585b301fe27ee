// Package console_test tests the console over HTTP, on a real PostgreSQL, with the login of an
// operator.
package console_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/console"
	"example.com/pgcqrs/engine/console/login"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/enginetest/pump"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/outbox/dead"
	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/snapshots"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/control"
)

// evil is text that becomes markup, a script or an attribute wherever it is not escaped.
const evil = `"'></pre></option><script>alert(1)</script><img src=x onerror=alert(1)>`

// operator is the name of the operator in the tests.
const operator = "ada@host"

// site is a database with a log and read models, and a console with a browser that has logged in.
type site struct {
	t       *testing.T
	pool    *pgxpool.Pool // with the login of the database's owner
	store   *eventlog.Store
	poison  atomic.Bool // Apply refuses an event whose note is poison
	console http.Handler
	server  *httptest.Server
	browser *http.Client
	tokens  []string
	log     logged
}

// logged has what the console has logged.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (l *logged) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(text)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t}
	s.poison.Store(true)
	database := tank.Database(t)
	s.pool = rig.Connect(t, database)
	s.store = rig.Store(t, s.pool, decode)
	operates := rig.Connect(t, testdb.As(t, database, role.Projector))
	reads := eventlog.New(operates, eventlog.Config{Decode: decode})
	logger := slog.New(slog.NewJSONHandler(&s.log, nil))
	projections := projection.NewSet(operates, reads, decode, logger)
	projections.Add(tank.Levels.Name, s.apply, tank.Levels.Tables...)
	projections.Add("rings", applyRing, "levels")
	workflows, err := control.New(control.Config{
		Set:  workflow.Set{Workflows: []workflow.Definition{pump.Workflow.Definition()}, Targets: pump.Targets},
		Pool: operates, Log: reads, Decode: decode, Logger: logger,
	})
	if err != nil {
		t.Fatal(err)
	}
	entry := login.New(login.Config{Operator: operator, Announce: func(token string) { s.tokens = append(s.tokens, token) }})
	entry.Start()
	s.console = console.New(console.Config{
		Service: "tanks", Log: reads, Decode: decode, Projections: projections, Workflows: workflows, Dead: dead.New(operates),
		Aggregates: []snapshots.Aggregate{
			command.NewAggregate(tank.Stream, tank.Decide, tank.Evolve).Fold(), pump.Pumps.Fold(), guests.Fold(),
		},
		TraceURL: "https://traces.example.com/trace/{trace}", Login: entry, Logger: logger,
	})
	s.server = httptest.NewServer(s.console)
	t.Cleanup(s.server.Close)
	s.browser = newBrowser(t)
	s.enter()
	return s
}

// newBrowser returns a client that keeps cookies, and follows no redirect.
func newBrowser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// enter logs the browser in, by the link that was announced last.
func (s *site) enter() {
	s.t.Helper()
	if status, _, to := s.send(http.MethodPost, "/login", url.Values{"token": {s.tokens[len(s.tokens)-1]}}, nil); status != http.StatusSeeOther || to != "/" {
		s.t.Fatalf("login: %d to %q", status, to)
	}
}

// decode decodes the events of tanks, pumps and guests.
func decode(eventType string, schemaVersion int, data []byte) (event.Event, error) {
	for _, of := range []event.Decode{tank.Decode, pump.Decode, guest.Decode} {
		if e, err := of(eventType, schemaVersion, data); !errors.Is(err, event.ErrUnknownEvent) {
			return e, err
		}
	}
	return nil, event.ErrUnknownEvent
}

// known is a guest's state with personal data.
type known struct {
	Name  event.Personal
	Since string `json:"-"` // JSON does not have it
}

var guests = command.NewAggregate(guest.Stream, func(known, any) ([]event.Event, error) { return nil, nil }, func(s known, e event.Event) known {
	if registered, is := e.(guest.Registered); is {
		s.Name, s.Since = registered.Name, "today"
	}
	return s
})

// apply applies the events of tanks to the table levels. While the field poison is true, apply
// refuses an event with the note poison, with markup in the error.
func (s *site) apply(b *pgx.Batch, run []event.Recorded) error {
	var tanks []event.Recorded
	for _, e := range run {
		if poured, is := e.Event.(tank.Poured); is && poured.Note == "poison" && s.poison.Load() {
			return errors.New("poison " + evil)
		}
		if e.StreamType == tank.Stream {
			tanks = append(tanks, e)
		}
	}
	return tank.Levels.Apply(b, tanks)
}

// applyRing changes the row of another stream, so the events of one stream alone can't be applied.
func applyRing(b *pgx.Batch, run []event.Recorded) error {
	for _, e := range run {
		b.Queue(`UPDATE levels SET level = level + 1 WHERE tank_id <> $1`, e.StreamID)
	}
	return nil
}

// add appends events to a stream, with metadata.
func (s *site) add(streamType string, id uuid.UUID, by event.Metadata, events ...event.Event) event.Appended {
	s.t.Helper()
	appended, err := s.store.Append(s.t.Context(), event.Append{
		Streams: []event.StreamAppend{{Type: streamType, ID: id, Expected: event.AnyVersion, Events: events}}, Metadata: by,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return appended
}

// project runs the projection of levels until it has reached a position.
func (s *site) project(position int64) {
	s.t.Helper()
	projector := rig.Projector(s.pool, s.store, projection.Config{Decode: decode})
	projector.Add(tank.Levels.Name, s.apply, tank.Levels.Tables...)
	stop := await.Background(s.t, projector.Run)
	rig.WaitFor(s.t, s.pool, tank.Levels.Name, position)
	if err := stop(); err != nil {
		s.t.Fatal(err)
	}
}

// send sends a request, with a form if there is one, and returns the status, the text and where a
// redirect leads.
func (s *site) send(method, path string, form url.Values, headers map[string]string) (status int, text, to string) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(context.WithoutCancel(s.t.Context()), method, s.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for name, value := range headers {
		request.Header.Set(name, value)
		if name == "Host" {
			request.Host = value
		}
	}
	answer, err := s.browser.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(body), answer.Header.Get("Location")
}

// page returns the text of a page, which must be there. No page has markup of a value.
func (s *site) page(path string) string {
	s.t.Helper()
	status, text, _ := s.send(http.MethodGet, path, nil, nil)
	if status != http.StatusOK {
		s.t.Fatalf("%s: got %d\n%s\n%s", path, status, text, s.log.String())
	}
	if strings.Contains(text, "<script>") || strings.Contains(text, "<img") || strings.Contains(text, `onerror=alert(1)>`) {
		s.t.Errorf("%s has the markup of a value:\n%s", path, text)
	}
	return text
}

// wants fails the test if a page lacks one of the texts.
func (s *site) wants(path string, texts ...string) {
	s.t.Helper()
	page := s.page(path)
	for _, text := range texts {
		if !strings.Contains(page, text) {
			s.t.Errorf("%s does not have %q:\n%s", path, text, main(page))
		}
	}
}

// main returns the main part of a page.
func main(page string) string {
	_, text, _ := strings.Cut(page, "<main")
	return text
}

// field matches the hidden fields of a form.
var field = regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]*)">`)

// formOf returns the hidden fields of the form that sends an act.
func (s *site) formOf(path string) url.Values {
	s.t.Helper()
	form := url.Values{}
	for _, found := range field.FindAllStringSubmatch(main(s.page(path)), -1) {
		form.Set(found[1], htmlText.Replace(found[2]))
	}
	return form
}

var htmlText = strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&#43;", "+", "&amp;", "&")
