//go:build all

// Package browser tests the documentation page, and the client of the feed that docs/feed.md shows,
// in a real browser.
package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"example.com/pgcqrs/engine/enginetest/programs"
)

func TestMain(m *testing.M) {
	programs.Main(m, "../../..", "./cmd/api", "./cmd/migrate", "./cmd/ops", "./cmd/projector")
}

// quiet fails the test for each warning and each error on the browser's console. The console also
// shows violations of the content security policy, and resources that could not be loaded.
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

// keepScreenshot writes a screenshot to a file in the folder SCREENSHOT_DIR, or, if that variable is
// not set, in a temporary folder.
func keepScreenshot(t *testing.T, name string, png []byte) {
	t.Helper()
	folder := os.Getenv("SCREENSHOT_DIR")
	if folder == "" {
		folder = t.TempDir()
	}
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, png, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Logf("the page as it was: %s (%d bytes)", path, len(png))
}
