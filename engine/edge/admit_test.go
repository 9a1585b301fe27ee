package edge

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/edge/admission"
)

// No command of a short burst is refused. Many more commands arrive at the same time than may run
// at the same time. The commands that get no execution slot immediately wait, and all commands run
// in the end.
func TestCommandsThatComeTogetherAllHaveTheirTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newService()
		f.handle = func() (command.Result, error) {
			time.Sleep(10 * time.Millisecond) //nolint:forbidigo // the sleep uses the bubble's clock
			return f.result, nil
		}
		f.options = func(o *Options) { o.MaxCommands = 50 }
		api := f.handler(t)
		const all = 250
		codes := make(chan int, all)
		for range all {
			go func() {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/tanks/"+ada.String()+"/fillings", strings.NewReader(`{"amount":1}`))
				r.Header.Set("Content-Type", jsonType)
				w := httptest.NewRecorder()
				api.ServeHTTP(w, r)
				codes <- w.Code
			}()
		}
		for range all {
			if code := <-codes; code != 200 {
				t.Errorf("got %d", code)
			}
		}
	})
}

// If a command gets no execution slot in time, the command is refused before its body is checked.
// Meanwhile queries still run. When a running command is done, another command can run.
func TestCommandsOverTheBoundAreTurnedAway(t *testing.T) {
	t.Parallel()
	f := newService()
	entered, leave := make(chan struct{}), make(chan struct{})
	f.handle = func() (command.Result, error) {
		entered <- struct{}{}
		<-leave
		return f.result, nil
	}
	f.options = func(o *Options) { o.MaxCommands, o.MaxQueueTime = 1, time.Millisecond }
	api := f.handler(t)
	post := func(body string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/tanks/"+ada.String()+"/fillings", strings.NewReader(body))
		r.Header.Set("Content-Type", jsonType)
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		return w
	}
	first := make(chan int)
	go func() { first <- post(`{"amount":1}`).Code }()
	<-entered
	if w := post(`not even JSON`); w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), `"overloaded"`) {
		t.Errorf("got %d %v %s, want it turned away", w.Code, w.Header(), w.Body)
	}
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		api.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		return w
	}
	if w := get("/v1/tanks/" + ada.String()); w.Code != 200 {
		t.Errorf("a query got %d", w.Code)
	}
	if counted := `http_requests_turned_away_total{limit="commands"} 1`; !strings.Contains(get("/metrics").Body.String(), counted) {
		t.Errorf("%s, which operations.md watches, is missing", counted)
	}
	leave <- struct{}{}
	if code := <-first; code != 200 {
		t.Errorf("the first got %d", code)
	}
	if w := post(`not even JSON`); w.Code != 400 {
		t.Errorf("got %d, want room again", w.Code)
	}
}

// hanging returns a function that imitates a query that hangs: the function blocks until the test
// releases it.
func hanging(entered chan<- struct{}, leave <-chan struct{}) func() {
	return func() {
		entered <- struct{}{}
		<-leave
	}
}

// Queries that hang, for example because a replica hangs, use only the execution slots for queries.
// When all slots for queries are in use, the next query is refused. Commands and probes still run.
func TestQueriesThatHangLeaveRoomForCommands(t *testing.T) {
	t.Parallel()
	f := newService()
	entered, leave := make(chan struct{}), make(chan struct{})
	f.during = hanging(entered, leave)
	f.options = func(o *Options) { o.MaxQueries = 1 }
	api := f.handler(t)
	send := func(method, path, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", jsonType)
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		return w
	}
	path := "/v1/tanks/" + ada.String()
	first := make(chan int)
	go func() { first <- send(http.MethodGet, path, "").Code }()
	<-entered
	if w := send(http.MethodGet, path, ""); w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "Too many queries") {
		t.Errorf("got %d %v %s, want it turned away", w.Code, w.Header(), w.Body)
	}
	if w := send(http.MethodGet, "/readyz", ""); w.Code != 200 {
		t.Errorf("a probe got %d", w.Code)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path+"/fillings", strings.NewReader(`{"amount":1}`))
	r.Header.Set("Content-Type", jsonType)
	w := httptest.NewRecorder()
	if api.ServeHTTP(w, r); w.Code != 200 {
		t.Errorf("a command got %d %s", w.Code, w.Body)
	}
	leave <- struct{}{}
	if code := <-first; code != 200 {
		t.Errorf("the first got %d", code)
	}
}

// A request uses no execution slot while its token is checked. This check may take long if the
// issuer of the tokens does not answer.
func TestATokenThatIsBeingCheckedTakesNoPlace(t *testing.T) {
	t.Parallel()
	f := newService()
	checking, leave := make(chan struct{}), make(chan struct{})
	f.check = func(_ context.Context, token string) (auth.Caller, error) {
		if token == "stranger" {
			checking <- struct{}{}
			<-leave
			return auth.Caller{}, auth.ErrIssuerAway
		}
		return auth.Anybody(t.Context(), token)
	}
	f.options = func(o *Options) { o.MaxCommands, o.MaxQueries = 1, 1 }
	client := f.client(t)
	requests := []struct{ method, path, body string }{
		{http.MethodGet, "/v1/tanks/" + ada.String(), ""},
		{http.MethodPost, "/v1/tanks/" + ada.String() + "/fillings", `{"amount":1}`},
	}
	var strangers sync.WaitGroup
	for _, r := range requests {
		strangers.Go(func() {
			if got := send(t, client, r.method, r.path, r.body, "Authorization", "Bearer stranger"); got.status != 503 {
				t.Errorf("a stranger's %s got %d", r.method, got.status)
			}
		})
		<-checking
	}
	for _, r := range requests {
		if got := send(t, client, r.method, r.path, r.body, "Authorization", "Bearer good"); got.status != 200 {
			t.Errorf("%s beside a stranger's got %d %s", r.method, got.status, got.body)
		}
	}
	close(leave)
	strangers.Wait()
}

// unsent is a request body that does not arrive before the end of the test.
type unsent struct{ asked, over chan struct{} }

func (u unsent) Read([]byte) (int, error) {
	u.asked <- struct{}{}
	<-u.over
	return 0, io.ErrUnexpectedEOF
}

// A request uses no execution slot while the service waits for its body.
func TestABodyThatDoesNotComeTakesNoPlace(t *testing.T) {
	t.Parallel()
	f := newService()
	f.check = func(_ context.Context, token string) (auth.Caller, error) {
		return auth.Caller{Subject: token, Scopes: scopes}, nil
	}
	const places = 4
	f.options = func(o *Options) {
		o.MaxCommands, o.MaxQueueTime, o.Limits = places, time.Millisecond, admission.Limits{SubjectRequests: places, AddressRequests: places}
	}
	handler := f.handler(t)
	post := func(subject, peer string, body io.Reader) int {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/tanks/"+ada.String()+"/fillings", body)
		r.RemoteAddr = peer
		r.Header.Set("Content-Type", jsonType)
		r.Header.Set("Authorization", "Bearer "+subject)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Code
	}
	body, codes := unsent{make(chan struct{}), make(chan struct{})}, make(chan int)
	for range places / 2 {
		go func() { codes <- post("eve", "192.0.2.1:1", body) }()
		go func() { codes <- post("mallory", "192.0.2.2:1", body) }()
		<-body.asked
		<-body.asked
	}
	for range 3 {
		if code := post("ada", "192.0.2.3:1", strings.NewReader(`{"amount":1}`)); code != 200 {
			t.Errorf("a command beside them got %d", code)
		}
	}
	close(body.over)
	for range places {
		if code := <-codes; code != 400 {
			t.Errorf("one without its body got %d", code)
		}
	}
}

// slowReader is a client that does not read its answer before the end of the test.
type slowReader struct {
	*httptest.ResponseRecorder
	writing, over chan struct{}
}

func (s slowReader) Write(text []byte) (int, error) {
	s.writing <- struct{}{}
	<-s.over
	return s.ResponseRecorder.Write(text)
}

// A query or a command frees its execution slot before its answer is sent. A client that reads the
// answer slowly therefore blocks no slot.
func TestAnAnswerThatIsNotTakenKeepsNoPlace(t *testing.T) {
	t.Parallel()
	f := newService()
	f.options = func(o *Options) { o.MaxCommands, o.MaxQueries, o.MaxQueueTime = 1, 1, time.Millisecond }
	handler := f.handler(t)
	ask := func(w http.ResponseWriter, method, path, body string) {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", jsonType)
		handler.ServeHTTP(w, r)
	}
	for _, r := range []struct{ method, path, body string }{
		{http.MethodGet, "/v1/tanks/" + ada.String(), ""},
		{http.MethodGet, "/v1/trail", ""},
		{http.MethodPost, "/v1/tanks/" + ada.String() + "/fillings", `{"amount":1}`},
	} {
		slow, done := slowReader{httptest.NewRecorder(), make(chan struct{}), make(chan struct{})}, make(chan struct{})
		go func() { ask(slow, r.method, r.path, r.body); close(done) }()
		<-slow.writing
		w := httptest.NewRecorder()
		if ask(w, r.method, r.path, r.body); w.Code != 200 {
			t.Errorf("%s %s beside one that takes its answer slowly got %d %s", r.method, r.path, w.Code, w.Body)
		}
		close(slow.over)
		if <-done; slow.Code != 200 {
			t.Errorf("the slow one got %d", slow.Code)
		}
	}
}

// If a request is refused because its client has reached the client's own limit, the answer says
// so. The metric from which the overload alert is computed does not count such a request.
func TestAClientThatHasItsHalfIsToldSo(t *testing.T) {
	t.Parallel()
	for limit, limits := range map[string]admission.Limits{
		"requests of subject": {SubjectRequests: 100},
		"requests of address": {AddressRequests: 100},
	} {
		f := newService()
		entered, leave := make(chan struct{}), make(chan struct{})
		f.check = func(context.Context, string) (auth.Caller, error) {
			return auth.Caller{Subject: "eve", Scopes: scopes}, nil
		}
		f.options = func(o *Options) {
			o.Limits, o.MaxQueries, o.MaxQueueTime = limits, 4, time.Millisecond
		}
		f.during = hanging(entered, leave)
		client := f.client(t)
		done := make(chan int)
		for range 2 {
			go func() { done <- send(t, client, http.MethodGet, "/v1/tanks/"+ada.String(), "").status }()
			<-entered
		}
		if got := send(t, client, http.MethodGet, "/v1/tanks/"+ada.String(), ""); got.status != 429 || *got.problem(t).Code != "too_many_at_once" {
			t.Errorf("%s: got %d %s", limit, got.status, got.body)
		}
		metrics := send(t, client, http.MethodGet, "/metrics", "").body
		for _, want := range []string{`{limit="` + limit + `"} 1`, `{limit="queries"} 0`} {
			if !strings.Contains(metrics, "http_requests_turned_away_total"+want) {
				t.Errorf("%s: %s is missing", limit, want)
			}
		}
		close(leave)
		for range 2 {
			if status := <-done; status != 200 {
				t.Errorf("one that runs got %d", status)
			}
		}
	}
}
