package edge

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pgcqrs/engine/edge/epoch"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/event"
)

// waitingRoom blocks reads with a Min-Position until the test releases them.
type waitingRoom struct {
	entered chan struct{}
	leave   chan struct{}
}

func newWaitingRoom() waitingRoom {
	return waitingRoom{make(chan struct{}), make(chan struct{})}
}

func (w waitingRoom) wait(ctx context.Context, _ string, _ int64) error {
	w.entered <- struct{}{}
	select {
	case <-w.leave:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// A read uses no execution slot while it waits for a position, so a query and a command can run
// meanwhile. After its wait, the read gets a slot again.
func TestAReadThatWaitsTakesNoPlace(t *testing.T) {
	t.Parallel()
	f, room := newService(), newWaitingRoom()
	f.options = func(o *Options) { o.Wait, o.MaxCommands, o.MaxQueries = room.wait, 1, 1 }
	client, path := f.client(t), "/v1/tanks/"+ada.String()
	const readers = 3
	done := make(chan int, readers)
	for range readers {
		go func() { done <- send(t, client, http.MethodGet, path, "", "Min-Position", "43").status }()
		<-room.entered
	}
	if got := send(t, client, http.MethodGet, path, ""); got.status != 200 {
		t.Errorf("a query beside them got %d %s", got.status, got.body)
	}
	if got := send(t, client, http.MethodPost, path+"/fillings", `{"amount":1}`); got.status != 200 {
		t.Errorf("a command beside them got %d %s", got.status, got.body)
	}
	if metrics := send(t, client, http.MethodGet, "/metrics", "").body; !strings.Contains(metrics, "http_waiting_reads 3") {
		t.Error("http_waiting_reads is not 3")
	}
	for range readers { // the reads run one after another, because there is only one slot for queries
		room.leave <- struct{}{}
		if status := <-done; status != 200 {
			t.Errorf("one that waited got %d", status)
		}
	}
}

// onSlow runs a test with slow queries in a synctest bubble. The function ask sends a read, and
// the status of its answer goes to the channel answers.
func onSlow(t *testing.T, options func(*Options), test func(ask func(headers ...string), answers <-chan int, takes *time.Duration, metrics func() string)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f, takes, answers := newService(), 10*time.Millisecond, make(chan int, 100)
		f.during = func() { time.Sleep(takes) } //nolint:forbidigo // the sleep uses the bubble's clock
		f.options = options
		api := f.handler(t)
		get := func(path string, headers ...string) *httptest.ResponseRecorder {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
			for i := 0; i < len(headers); i += 2 {
				r.Header.Set(headers[i], headers[i+1])
			}
			w := httptest.NewRecorder()
			api.ServeHTTP(w, r)
			return w
		}
		ask := func(headers ...string) {
			go func() { answers <- get("/v1/tanks/"+ada.String(), headers...).Code }()
			synctest.Wait()
		}
		test(ask, answers, &takes, func() string { return get("/metrics").Body.String() })
	})
}

// Many more reads stop waiting at the same time than may run at the same time. All of them run in
// the end, one after another.
func TestReadsThatAreWokenTogetherHaveTheirTurn(t *testing.T) {
	t.Parallel()
	woken := make(chan struct{})
	onSlow(t, func(o *Options) {
		woken = make(chan struct{}) // the channel must be made in the bubble
		o.MaxQueries, o.Wait = 2, func(context.Context, string, int64) error { <-woken; return nil }
	}, func(ask func(...string), answers <-chan int, _ *time.Duration, _ func() string) {
		for range 20 {
			ask("Min-Position", "43")
		}
		close(woken)
		for range 20 {
			if status := <-answers; status != 200 {
				t.Errorf("one that was woken got %d", status)
			}
		}
	})
}

// The time limit of a wait for a position does not apply to the wait for an execution slot
// afterwards. The metric counts only the wait for the position.
func TestATurnAfterAWaitIsNoPartOfIt(t *testing.T) {
	t.Parallel()
	for takes, status := range map[time.Duration]int{500 * time.Millisecond: 200, 5 * time.Second: 503} {
		onSlow(t, func(o *Options) {
			o.MaxQueries, o.Wait = 1, func(context.Context, string, int64) error { time.Sleep(time.Millisecond); return nil } //nolint:forbidigo // the sleep uses the bubble's clock
		}, func(ask func(...string), answers <-chan int, other *time.Duration, metrics func() string) {
			*other = takes
			ask("Min-Position", "43", "Prefer", "wait=0")
			ask() // this read uses the slot when the first read stops waiting
			if first, second := <-answers, <-answers; min(first, second) != 200 || max(first, second) != status {
				t.Errorf("got %d and %d", first, second)
			}
			shown := metrics()
			for _, want := range []string{`_count{outcome="reached",read_model="levels"} 1`, `_sum{outcome="reached",read_model="levels"} 0.001`} {
				if !strings.Contains(shown, "http_min_position_wait_seconds"+want) {
					t.Errorf("%s is missing", want)
				}
			}
			if strings.Contains(shown, `outcome="refused"`) {
				t.Error("a read that had waited counts as refused to wait")
			}
		})
	}
}

// A read uses no execution slot while it waits for the log's epoch.
func TestAReadThatWaitsForTheEpochTakesNoPlace(t *testing.T) {
	t.Parallel()
	f, room, id := newService(), newWaitingRoom(), uuid.New()
	f.options = func(o *Options) {
		o.MaxQueries = 1
		var once sync.Once // the next call of Now is for the query, which must not wait
		o.Epochs.Read = epoch.Epoch{Known: func() uuid.UUID { return uuid.Nil }, Now: func(ctx context.Context) (found uuid.UUID, err error) {
			once.Do(func() { err = room.wait(ctx, "", 0) })
			return id, err
		}}
	}
	client := f.client(t)
	done := make(chan int)
	go func() { done <- send(t, client, http.MethodGet, "/v1/trail", "", "Log-Epoch", id.String()).status }()
	<-room.entered
	if got := send(t, client, http.MethodGet, "/v1/trail", ""); got.status != 200 {
		t.Errorf("a query beside it got %d %s", got.status, got.body)
	}
	room.leave <- struct{}{}
	if status := <-done; status != 200 {
		t.Errorf("the one that waited got %d", status)
	}
}

// The number of waiting reads is limited: for all clients together, for each subject and for each
// address. A read over the limit is refused immediately.
func TestReadsThatWaitAreBounded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*Options)
		second string // subject of the second read, while ada's read waits
		status int
		code   string
		limit  string
	}{
		"in all":                {func(o *Options) { o.MaxWaits = 1 }, "eve", 503, "overloaded", "waits"},
		"of a subject":          {func(o *Options) { o.Limits.SubjectWaits = 1 }, "ada", 429, "too_many_at_once", "waits of subject"},
		"of another subject":    {func(o *Options) { o.Limits.SubjectWaits = 1 }, "eve", 200, "", ""},
		"of an address":         {func(o *Options) { o.Limits.AddressWaits = 1 }, "eve", 429, "too_many_at_once", "waits of address"},
		"of nobody, by default": {func(*Options) {}, "ada", 200, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, room := newService(), newWaitingRoom()
			f.check = func(_ context.Context, token string) (auth.Caller, error) {
				return auth.Caller{Subject: token, Scopes: scopes}, nil
			}
			f.options = func(o *Options) { o.Wait = room.wait; test.change(o) }
			client := f.client(t)
			wait := func(subject string) reply {
				return send(t, client, http.MethodGet, "/v1/tanks/"+ada.String(), "", "Authorization", "Bearer "+subject, "Min-Position", "43")
			}
			first, second := make(chan reply, 1), make(chan reply, 1)
			go func() { first <- wait("ada") }()
			<-room.entered
			go func() { second <- wait(test.second) }()
			if test.status == 200 {
				<-room.entered
				room.leave <- struct{}{}
				room.leave <- struct{}{}
			}
			if got := <-second; got.status != test.status || test.code != "" && *got.problem(t).Code != test.code {
				t.Errorf("the second got %d %s", got.status, got.body)
			}
			if test.status != 200 {
				room.leave <- struct{}{}
			}
			if got := <-first; got.status != 200 {
				t.Errorf("the first got %d %s", got.status, got.body)
			}
			metrics := send(t, client, http.MethodGet, "/metrics", "").body
			if counted := `http_requests_turned_away_total{limit="` + test.limit + `"} 1`; test.limit != "" && !strings.Contains(metrics, counted) {
				t.Errorf("%s is missing", counted)
			}
			if counted := `http_min_position_wait_seconds_count{outcome="refused",read_model="levels"} 1`; strings.Contains(metrics, counted) != (test.limit != "") {
				t.Errorf("%s is there or not", counted)
			}
			if strings.Contains(metrics, `outcome="not_reached"`) {
				t.Error("a read that was refused has not reached its position")
			}
		})
	}
}

// If the log can't reach a read's Min-Position in time, the read is answered immediately, with
// the code position_not_reached.
func TestAPositionBeyondTheLogIs503(t *testing.T) {
	t.Parallel()
	f := newService()
	f.options = func(o *Options) {
		o.Wait = func(context.Context, string, int64) error { return event.ErrBeyondLog }
	}
	got := send(t, f.client(t), http.MethodGet, "/v1/tanks/"+ada.String(), "", "Min-Position", "9223372036854775807", "Prefer", "wait=30")
	if got.status != 503 || *got.problem(t).Code != "position_not_reached" {
		t.Errorf("got %d %s", got.status, got.body)
	}
}
