//go:build all

package browser

import (
	"context"
	_ "embed"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"example.com/pgcqrs/api"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/caller"
	"example.com/pgcqrs/engine/enginetest/contracttest"
	"example.com/pgcqrs/engine/enginetest/devissuer"
	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/test/testdb"
)

// A page reads the feed by the client of docs/feed.md, and shows the events. While the client
// reads, the API is killed, and later it starts again. The page then continues, and shows every
// event once and in order. When the log gets a new epoch, the client ends.
func TestABrowserReadsTheFeedAcrossAReconnect(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	account := s.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`).Header.Get("Location")
	deposits := account + "/deposits"
	page := start(t)
	run(t, page, chromedp.EmulateViewport(1200, 520), chromedp.Navigate(s.url))
	s.post(deposits, `{"amount":250000,"reference":"salary"}`)
	s.post(account+"/withdrawals", `{"amount":90000,"reference":"rent"}`)
	s.post(deposits, `{"amount":1500,"reference":"refund"}`)
	waitForPosition(t, page, 4)
	s.post(deposits, `{"amount":2000,"reference":"sent just before the kill"}`)
	s.post(deposits, `{"amount":2500,"reference":"sent just before the kill"}`)
	s.api.End(os.Kill)
	run(t, page, chromedp.WaitVisible(chromedp.CSS("#badge.reconnecting")))
	s.startAPI()
	s.post(deposits, `{"amount":3000,"reference":"sent just after the start"}`)
	run(t, page, chromedp.WaitVisible(chromedp.CSS("#badge.connected")))
	s.post(deposits, `{"amount":4000,"reference":"sent after the reconnect"}`)
	last := s.post(account+"/withdrawals", `{"amount":12000,"reference":"groceries"}`).Header.Get("Event-Position")
	end, err := strconv.Atoi(last)
	if err != nil {
		t.Fatal(err)
	}
	waitForPosition(t, page, end)
	keepScreenshot(t, "feed.png", ask(t, page, chromedp.CaptureScreenshot()))

	var want []string
	for position := range end {
		want = append(want, strconv.Itoa(position+1))
	}
	if got := firstCells(t, page, "event"); !slices.Equal(got, want) {
		t.Errorf("the page shows the positions %v, want %v", got, want)
	}
	requests := firstCells(t, page, "request")
	if len(requests) != 2 || requests[0] != "GET /v1/feed?after=0" || requests[1] == requests[0] {
		t.Errorf("the page has sent %q, want a request from the beginning, and one from a later position", requests)
	}
	s.changeLog(page)
}

// site serves a page, the API and a token issuer under one origin. One origin is needed because the
// API does not support CORS.
type site struct {
	t           *testing.T
	url         string
	database    string // URL with the login of the database's owner
	environment []string
	api         *programs.Program
	address     atomic.Pointer[url.URL] // address of the API
	client      *caller.Caller
	token       string
}

//go:embed feed.html
var feedPage []byte

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, database: testdb.New(t), client: caller.New(t, contracttest.Must(api.Spec), "")}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", file("text/html; charset=utf-8", feedPage))
	mux.HandleFunc("GET /follow.js", file("text/javascript; charset=utf-8", clientOfDocs(t)))
	mux.Handle("/v1/", &httputil.ReverseProxy{
		Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(s.address.Load()) },
		ErrorLog: log.New(t.Output(), "", 0),
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	issuer := devissuer.New(server.URL)
	mux.Handle("/", issuer.Handler())
	token, err := issuer.Token(issuer.Claims("ada", "accounts:read accounts:write"))
	if err != nil {
		t.Fatal(err)
	}
	s.url, s.token = server.URL, token
	s.environment = []string{
		"DATABASE_URL=" + testdb.As(t, s.database, role.API), "UNSAFE_DATABASE=accept", "API_OPS_ADDR=127.0.0.1:0",
		"AUTH=oidc", "AUTH_ISSUER=" + server.URL, "AUTH_AUDIENCE=" + devissuer.Audience,
	}
	s.startAPI()
	return s
}

// startAPI starts the API: at first on a free port, later on the same port again.
func (s *site) startAPI() {
	s.t.Helper()
	address := "127.0.0.1:0"
	if s.api != nil {
		address = s.api.Address
	}
	s.api = programs.Launch(s.t, "api", append(s.environment, "API_ADDR="+address)...)
	s.address.Store(&url.URL{Scheme: "http", Host: s.api.Address})
}

// changeLog begins a new epoch of the log while the API is stopped, as an operator does after the
// restore of a backup. The client of docs/feed.md must not continue from its position, because
// another event may now have this position. The client must tell its caller to read again from the
// beginning.
func (s *site) changeLog(page context.Context) {
	s.t.Helper()
	s.api.End(os.Kill)
	if said, code := programs.Run(s.t, []string{"DATABASE_URL=" + s.database}, "migrate", "new-epoch"); code != 0 {
		s.t.Fatal(said)
	}
	s.startAPI()
	await.True(s.t, "the client ends", func() bool {
		return ask(s.t, page, chromedp.Text(chromedp.CSS("#badge"))) == "read again from the beginning"
	})
}

// post sends a command with the token of the user ada to the API. The test fails if the command
// does not succeed.
func (s *site) post(path, body string) caller.Reply {
	s.t.Helper()
	answer := s.client.At(s.api.Address).Post(path, body, "Authorization", "Bearer "+s.token)
	if answer.Status >= 300 {
		s.t.Fatalf("%s: got %d %s", path, answer.Status, answer.Body)
	}
	return answer
}

// clientOfDocs returns the JavaScript code of the client in docs/feed.md.
func clientOfDocs(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("../../../docs/feed.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)\n```js\n(// follow .*?)\n```\n").FindSubmatch(text)
	if block == nil {
		t.Fatal("docs/feed.md has no client in JavaScript")
	}
	return block[1]
}

func file(contentType string, content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(content) // if Write fails, the browser has closed the connection
	}
}

// firstCells returns, for each table row of the page with the CSS class kind, the text of the row's
// first cell.
func firstCells(t *testing.T, page context.Context, kind string) []string {
	t.Helper()
	return ask(t, page, chromedp.Evaluate[[]string](`[...document.querySelectorAll("tr.`+kind+` td:first-child")].map((cell) => cell.textContent)`))
}

// waitForPosition waits until the page shows the event at a position.
func waitForPosition(t *testing.T, page context.Context, position int) {
	t.Helper()
	await.True(t, "the page shows position "+strconv.Itoa(position), func() bool {
		return slices.Contains(firstCells(t, page, "event"), strconv.Itoa(position))
	})
}
