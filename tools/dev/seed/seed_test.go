package seed

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"example.com/pgcqrs/tools/dev/running"
	"example.com/pgcqrs/tools/dev/story"
)

// shelf is an API that has one shelf. A book gets onto the shelf by a POST request.
type shelf struct {
	mu    sync.Mutex
	books []string // keys of the commands
	busy  int      // how many of the next requests get the answer 429
	asked []string // methods, paths, subjects with scopes, and conditions of all requests
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if subject, is := strings.CutPrefix(r.URL.Path, "/tokens/"); is {
		_, _ = io.WriteString(w, subject+" "+r.URL.Query().Get("scope"))
		return
	}
	s.asked = append(s.asked, strings.TrimSpace(r.Method+" "+r.URL.Path+" "+strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")+r.Header.Get("If-Match")+r.Header.Get("Min-Position")))
	problem := func(status int, code string) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"code":%q}`, code)
	}
	switch key := r.Header.Get("Idempotency-Key"); {
	case s.busy > 0:
		s.busy--
		w.Header().Set("Retry-After", "0")
		problem(http.StatusTooManyRequests, "rate_limited")
	case r.Method == http.MethodGet:
		fmt.Fprintf(w, `{"books":%d,"position":"%[1]d"}`, len(s.books))
	case strings.Contains(strings.Join(s.books, " "), key):
		w.Header().Set("Idempotency-Replayed", "true")
		w.WriteHeader(http.StatusCreated)
	case r.Header.Get("If-Match") != "" && r.Header.Get("If-Match") != fmt.Sprintf(`"%d"`, 1+len(s.books)):
		problem(http.StatusPreconditionFailed, "precondition_failed")
	case len(s.books) == 3:
		problem(http.StatusUnprocessableEntity, "full")
	default:
		s.books = append(s.books, key)
		w.Header().Set("Event-Position", fmt.Sprint(len(s.books)))
		w.WriteHeader(http.StatusCreated)
	}
}

// tells does a story on a shelf, and returns the requests.
func (s *shelf) tells(t *testing.T, text string) ([]string, error) {
	t.Helper()
	told, err := story.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	stack := running.Stack{API: server.URL, Issuer: server.URL, Ops: "run {} there"}
	s.asked = nil
	r := &run{stack: stack, story: told, client: newClient(stack)}
	err = r.all(t.Context())
	if len(s.asked) < 2 {
		return nil, err
	}
	return s.asked[1 : len(s.asked)-1], err // the first and the last one ask where the log ends
}

const books = `
@shelf = 7
## Books
# @as ann
# @look the shelf: curl {{api}}/shelves/{{shelf}} "{{token ann}}"; {{ops stats}}
### Two books
# @for 1 2
# @want 201
POST /shelves/{{shelf}}
If-Match: "{{n}}"

{"page":{{n}}}
### A third one
# @as bob write
# @until GET /shelves/{{shelf}} has "books":3
POST /shelves/{{shelf}}
### No fourth one
# @want 422 full
POST /shelves/{{shelf}}

{}
## Something that only a database has
# @as ann
# @do SELECT
### It is not asked for
GET /nothing
## A chapter that is there
# @as ann
# @unless GET /shelves/7 has "books":3
### It is not asked for
GET /nothing
`

// The first run sends all requests of the story, and waits if the API is busy. The second run adds
// nothing, even if the API has forgotten the keys of the commands.
func TestAStoryIsDoneOnce(t *testing.T) {
	t.Parallel()
	s := &shelf{busy: 3}
	const (
		unless  = "GET /shelves/7 ann"
		first   = `POST /shelves/7 ann"1"|POST /shelves/7 ann"2"|POST /shelves/7 bob write|GET /shelves/7 bob write|POST /shelves/7 ann|`
		another = first + unless
	)
	asked, err := s.tells(t, books)
	if got := strings.Join(asked, "|"); err != nil || !strings.HasSuffix(got, another) || len(s.books) != 3 {
		t.Errorf("it asks\n%s\nwant\n%s\n%v", got, another, err)
	}
	asked, err = s.tells(t, books)
	if got := strings.Join(asked, "|"); err != nil || got != another || len(s.books) != 3 {
		t.Errorf("the second time it asks\n%s\n%v", got, err)
	}
	s.books = []string{"forgotten", "forgotten", "forgotten"}
	there := strings.Replace(books, "# @as bob write\n", "# @as bob write\n# @there 422 full\n", 1)
	if _, err = s.tells(t, there); err != nil || len(s.books) != 3 {
		t.Errorf("after the keys were forgotten: %v", err)
	}
}

func TestAnUnexpectedAnswerIsNamed(t *testing.T) {
	t.Parallel()
	s := &shelf{books: []string{"a", "b", "c"}}
	_, err := s.tells(t, books)
	for _, want := range []string{`chapter "Books"`, "A third one (line 13 of api/story.http)", "POST /shelves/7 as bob", "422 full", "expects a success", "Run this again"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("it says %v, want %q in it", err, want)
		}
	}
}

// Lines for a shell contain the addresses of the service that was filled.
func TestLooksCanBePasted(t *testing.T) {
	t.Parallel()
	r := &run{stack: running.Stack{API: "http://a", Issuer: "http://i", Ops: "run {} there"}, story: story.Story{Variables: map[string]string{"shelf": "7"}}}
	if got := r.fill(`curl {{api}}/{{shelf}} "{{token ann?scope=x}}"; {{ops stats -json}}`); got != `curl http://a/7 "$(curl -s 'http://i/tokens/ann?scope=x')"; run stats -json there` {
		t.Errorf("got %s", got)
	}
}
