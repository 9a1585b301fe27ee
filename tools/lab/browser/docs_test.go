//go:build all

package browser

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/internal/httpapi"
	"example.com/pgcqrs/internal/write/account"
)

// The documentation page loads under its content security policy and accepts a token. A click on
// the page's button "Execute" opens an account. The page shows the parameters of the feed.
func TestTheDocsPageTriesRequestsOut(t *testing.T) {
	t.Parallel()
	page := start(t)
	opened := make(chan account.Command, 1)
	server := serve(t, opened)

	console := chromedp.Console(page)
	const (
		operation = "#operations-commands-openAccount "
		dialog    = ".auth-container "
		answered  = operation + ".live-responses-table tr.response td.response-col_status"
	)
	run(t, page, chromedp.EmulateViewport(1200, 1600), chromedp.Navigate(server.URL+"/docs"),
		chromedp.Click(chromedp.CSS(operation+".opblock-summary-control"), chromedp.NodeVisible),
		chromedp.Click(chromedp.CSS("button.authorize"), chromedp.NodeVisible),
		chromedp.SendKeys(chromedp.CSS(dialog+"input"), adasToken, chromedp.NodeVisible),
		chromedp.Click(chromedp.CSS(dialog+"button.authorize"), chromedp.NodeVisible),
		chromedp.Click(chromedp.CSS(dialog+"button.btn-done"), chromedp.NodeVisible),
		chromedp.Click(chromedp.CSS(operation+"button.execute"), chromedp.NodeVisible),
		chromedp.WaitVisible(chromedp.CSS(answered)))

	status := ask(t, page, chromedp.Text(chromedp.CSS(answered)))
	if !strings.HasPrefix(strings.TrimSpace(status), "201") {
		t.Errorf("the page shows the answer %q", status)
	}
	select {
	case c := <-opened:
		if c != (account.Open{Subject: "ada", Owner: "Lovelace Ltd", Currency: "EUR"}) {
			t.Errorf("the page sent %#v", c)
		}
	default:
		t.Error("the page sent nothing")
	}
	run(t, page, chromedp.ScrollIntoView(chromedp.CSS(operation)))
	keepScreenshot(t, "docs.png", ask(t, page, chromedp.CaptureScreenshot()))
	showsTheFeed(t, page)
	quiet(t, page, console)
}

// showsTheFeed expands the operation of the feed on the documentation page. The test fails if the
// page does not show all parameters of this operation.
func showsTheFeed(t *testing.T, page context.Context) {
	t.Helper()
	const operation = "#operations-queries-getFeed "
	run(t, page, chromedp.Click(chromedp.CSS(operation+".opblock-summary-control"), chromedp.NodeVisible),
		chromedp.WaitVisible(chromedp.CSS(operation+"table.parameters")))
	got := ask(t, page, chromedp.Evaluate[[]string](
		`[...document.querySelectorAll("`+operation+`tr[data-param-name]")].map((row) => row.dataset.paramIn + " " + row.dataset.paramName)`))
	want := []string{
		"header Last-Event-ID", "header Log-Epoch", "header Prefer", "header X-Correlation-Id", "header traceparent",
		"query after", "query epoch", "query follow", "query limit", "query stream", "query type",
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("the page shows the parameters %q of the feed, want %q", got, want)
	}
}

const adasToken = "ada's token"

// serve runs an API that accepts Ada's token. The API answers every command with success, and sends
// the command to the channel handled.
func serve(t *testing.T, handled chan<- account.Command) *httptest.Server {
	t.Helper()
	api, err := httpapi.New(httpapi.Options{
		Accounts: httpapi.Accounts{Handle: func(_ context.Context, id uuid.UUID, c account.Command, _ command.Request) (command.Result, error) {
			handled <- c
			return command.Result{StreamID: id, Version: 1, Position: 1}, nil
		}},
		Edge: edge.Options{
			Check: func(_ context.Context, token string) (auth.Caller, error) {
				if token != adasToken {
					return auth.Caller{}, auth.ErrBadToken
				}
				return auth.Caller{Subject: "ada", Scopes: []string{auth.WriteAccounts}}, nil
			},
			Logger: slog.New(slog.DiscardHandler),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	return server
}
