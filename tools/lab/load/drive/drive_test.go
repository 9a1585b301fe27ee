package drive_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pgcqrs/tools/lab/load/drive"
	"example.com/pgcqrs/tools/lab/load/drive/measure"
	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

// get returns a step (an operation of a client) that sends one GET request to a path.
func get(path string) drive.Step {
	return func(c *drive.Client) {
		answer, err := c.Send(wire.Request{Method: http.MethodGet, Path: path})
		c.Record("get", c.Began(), answer, err)
	}
}

func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func run(t *testing.T, plan drive.Plan) *measure.Result {
	t.Helper()
	result, err := drive.Run(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// stalls starts a server that answers each request immediately, except during one second, in which
// it answers no request.
func stalls(t *testing.T, after time.Duration) string {
	t.Helper()
	start := time.Now()
	return serve(t, func(http.ResponseWriter, *http.Request) {
		if since := time.Since(start); since > after && since < after+time.Second {
			<-time.After(after + time.Second - since)
		}
	})
}

// The server answers no request during one second of three. So a third of the requests are delayed,
// and the slowest tenth of all requests takes at least 700 ms.
func TestAnOpenLoopShowsAStall(t *testing.T) {
	t.Parallel()
	for name, clients := range map[string]int{"with clients to spare": 1024, "with too few clients": 4} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := run(t, drive.Plan{URLs: []string{stalls(t, time.Second)}, Step: get("/"), Rate: 200, Clients: clients, Duration: 3 * time.Second})
			part := result.Part("get")
			if part.Latency.P90 < 600 || part.Latency.P99 < 900 || part.Latency.P50 > 300 {
				t.Errorf("latency %+v does not show that the server stalled for 1,000 ms", part.Latency)
			}
			if due := part.Count + result.Schedule.Unsent; due < 595 || due > 600 || part.Count < 500 { // a busy machine may send some requests too late to be counted
				t.Errorf("%d requests in 3 s at 200/s, and %d unsent", part.Count, result.Schedule.Unsent)
			}
			if late := result.Schedule.Late.P99; late > 500 { // the stall takes 1,000 ms; a busy machine adds delays
				t.Errorf("the generator blames itself for %v ms of the server's stall", late)
			}
			if waited := result.Schedule.Waited; (waited > 100) != (clients == 4) {
				t.Errorf("%d requests had to wait for one of %d clients", waited, clients)
			}
		})
	}
}

// In a closed loop, each client waits for an answer before its next request. So the measurements of
// a closed loop hide a stall of the server. For this reason the package also has an open loop,
// which sends requests on a schedule.
func TestAClosedLoopHidesAStall(t *testing.T) {
	t.Parallel()
	result := run(t, drive.Plan{URLs: []string{stalls(t, time.Second)}, Step: get("/"), Clients: 2, Duration: 3 * time.Second})
	if part := result.Part("get"); part.Latency.P99 > 100 || part.Latency.Max < 900 {
		t.Errorf("latency %+v of %d requests", part.Latency, part.Count)
	}
}

func TestWhatIsDueAndNeverSentIsSaid(t *testing.T) {
	t.Parallel()
	url := serve(t, func(http.ResponseWriter, *http.Request) { <-time.After(300 * time.Millisecond) })
	result := run(t, drive.Plan{URLs: []string{url}, Step: get("/"), Rate: 100, Clients: 1, Duration: time.Second})
	sent, unsent := result.Part("get").Count, result.Schedule.Unsent
	if sent < 2 || sent > 5 || sent+unsent < 98 || sent+unsent > 101 {
		t.Errorf("%d sent and %d unsent of 100", sent, unsent)
	}
}

// When a step (operation of a client) is due, all clients may be busy. A plan with the field Shed
// then leaves out the step. So with such a plan, no step begins late because of busy clients.
func TestWhatNoClientIsFreeForIsShed(t *testing.T) {
	t.Parallel()
	result := run(t, drive.Plan{
		URLs: []string{stalls(t, time.Second)}, Step: get("/"), Rate: 200, Clients: 4, Shed: true, Duration: 3 * time.Second,
	})
	part := result.Part("get")
	if unsent := result.Schedule.Unsent; unsent < 150 || part.Count+unsent < 590 || part.Count+unsent > 610 {
		t.Errorf("of 600 that were due %d were sent and %d not", part.Count, unsent)
	}
	if part.Latency.P90 > 500 {
		t.Errorf("a tenth took %v ms and more", part.Latency.P90)
	}
}

func TestErrorsByKind(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/overloaded":
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprint(w, `{"code":"overloaded"}`)
		case "/bare":
			w.WriteHeader(http.StatusInternalServerError)
		case "/slow":
			<-r.Context().Done()
		case "/cut":
			panic(http.ErrAbortHandler)
		}
	})
	for path, want := range map[string]string{
		"/overloaded": "503 overloaded", "/bare": "500", "/slow": "timeout", "/cut": "connection closed", "/": "",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			failsAs(t, url, path, want)
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		t.Parallel()
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_ = listener.Close()
		failsAs(t, "http://"+listener.Addr().String(), "/", "connection refused")
	})
}

func failsAs(t *testing.T, url, path, kind string) {
	t.Helper()
	timeout := 20 * time.Second
	if kind == "timeout" {
		timeout = 200 * time.Millisecond
	}
	result := run(t, drive.Plan{URLs: []string{url}, Step: get(path), Clients: 2, Count: 4, Timeout: timeout})
	part := result.Part("get")
	if kind == "" {
		if part.Count != 4 || part.Failed != 0 || len(part.Errors) != 0 {
			t.Errorf("%d went well, %d failed: %v", part.Count, part.Failed, part.Errors)
		}
		return
	}
	if part.Errors[kind] != 4 || part.Failed != 4 || part.Count != 0 || part.Failing == nil {
		t.Errorf("got %v, want 4 of %q", part.Errors, kind)
	}
}

func TestACountIsExact(t *testing.T) {
	t.Parallel()
	for name, plan := range map[string]drive.Plan{
		"closed": {Clients: 7, Count: 1000},
		"open":   {Rate: 5000, Count: 1000},
		"warmed": {Clients: 7, Count: 1000, Warmup: 100 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got atomic.Int64
			plan.URLs = []string{serve(t, func(http.ResponseWriter, *http.Request) { got.Add(1) })}
			plan.Step = get("/")
			result := run(t, plan)
			if count := result.Part("get").Count; count != 1000 || plan.Warmup == 0 && got.Load() != 1000 {
				t.Errorf("%d measured, %d came", count, got.Load())
			}
			if plan.Warmup > 0 && got.Load() <= 1000 {
				t.Error("there was no warm-up")
			}
		})
	}
}

func TestClientsAreSpreadOverURLs(t *testing.T) {
	t.Parallel()
	var got [3]atomic.Int64
	var urls []string
	for i := range got {
		urls = append(urls, serve(t, func(http.ResponseWriter, *http.Request) { got[i].Add(1) }))
	}
	run(t, drive.Plan{URLs: urls, Step: get("/"), Clients: 6, Count: 600})
	for i := range got {
		if got[i].Load() == 0 {
			t.Errorf("server %d got nothing", i)
		}
	}
}

func TestEndingEarlyKeepsWhatWasMeasured(t *testing.T) {
	t.Parallel()
	url := serve(t, func(http.ResponseWriter, *http.Request) {})
	for name, plan := range map[string]drive.Plan{"closed": {Clients: 2}, "open": {Rate: 1000}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			plan.URLs, plan.Step, plan.Duration = []string{url}, get("/"), time.Hour
			plan.Progress = func(p drive.Progress) {
				if p.Done > 100 {
					cancel()
				}
			}
			result, err := drive.Run(ctx, plan)
			if err != nil {
				t.Fatal(err)
			}
			if result.Part("get").Count < 100 || result.Seconds > 30 {
				t.Errorf("%d in %v s", result.Part("get").Count, result.Seconds)
			}
		})
	}
}

func TestPlansThatNeverEndAreRefused(t *testing.T) {
	t.Parallel()
	for name, plan := range map[string]drive.Plan{
		"no end":        {URLs: []string{"http://127.0.0.1:1"}, Step: get("/")},
		"no URL":        {Step: get("/"), Count: 1},
		"no step":       {URLs: []string{"http://127.0.0.1:1"}, Count: 1},
		"another thing": {URLs: []string{"https://127.0.0.1:1"}, Step: get("/"), Count: 1},
	} {
		if _, err := drive.Run(t.Context(), plan); err == nil {
			t.Errorf("%s: it ran", name)
		}
	}
}
