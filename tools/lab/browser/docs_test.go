//go:build all

// Package browser tests the documentation page in a real browser.
package browser

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/internal/httpapi"
	"example.com/pgcqrs/internal/write/account"
)

// The documentation page loads under its content security policy and accepts a token. The page's
// form "try it out" opens an account.
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
	keepScreenshot(t, ask(t, page, chromedp.CaptureScreenshot()))
	quiet(t, page, console)
}

// quiet fails the test for each warning and each error on the browser's console. The console also
// reports violations of the content security policy, and resources that could not be loaded.
func quiet(t *testing.T, page context.Context, console func(yield func(chromedp.ConsoleMessage, error) bool)) {
	t.Helper()
	const end = "the test has seen enough"
	ask(t, page, chromedp.Evaluate[any](`console.info("`+end+`")`))
	for message, err := range console {
		switch {
		case err != nil:
			t.Fatal(err)
		case message.Text == end:
			return
		case message.Type == "error" || message.Type == "warning" || message.IsException():
			t.Errorf("console: %s %s", message.Source, message)
		}
	}
}

// start opens a tab in a new browser.
func start(t *testing.T) context.Context {
	t.Helper()
	path := findChromium(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WSURLReadTimeout(time.Minute))
	allocated, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	limited, cancel := context.WithTimeout(allocated, 2*time.Minute)
	t.Cleanup(cancel)
	page, closePage := chromedp.NewContext(limited)
	t.Cleanup(closePage)
	run(t, page)
	return page
}

func findChromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("this test needs Chromium: apt-get install chromium, or brew install --cask google-chrome")
	return ""
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

func run(t *testing.T, page context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(page, steps...); err != nil {
		t.Fatal(err)
	}
}

func ask[T any](t *testing.T, page context.Context, question chromedp.Action[T]) T {
	t.Helper()
	answer, err := chromedp.Run(page, question)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// keepScreenshot writes the screenshot to SCREENSHOT_DIR. keepScreenshot does nothing if that
// variable is not set.
func keepScreenshot(t *testing.T, png []byte) {
	t.Helper()
	folder := os.Getenv("SCREENSHOT_DIR")
	if folder == "" {
		folder = t.TempDir()
	}
	path := filepath.Join(folder, "docs.png")
	if err := os.WriteFile(path, png, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Logf("the page as it was: %s (%d bytes)", path, len(png))
}
