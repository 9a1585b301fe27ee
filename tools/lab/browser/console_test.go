//go:build all

package browser

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/test/testdb"
)

// An operator walks through the console in both themes and on a wide and a narrow screen: no page is
// wider than its screen, and the browser reports no error.
func TestAnOperatorWalksThroughTheConsole(t *testing.T) {
	t.Parallel()
	_, seeded, base, page := operates(t)
	console := chromedp.Console(page)
	for _, screen := range []struct {
		width, height int64
		name          string
	}{{1280, 900, "wide"}, {390, 844, "narrow"}} {
		for _, theme := range []string{"light", "dark"} {
			run(t, page, chromedp.EmulateViewport(screen.width, screen.height), prefer(theme))
			for name, path := range seeded.pages() {
				run(t, page, chromedp.Navigate(base+path), chromedp.WaitVisible(chromedp.CSS("h1")))
				if wide := ask(t, page, chromedp.Evaluate[int](`document.documentElement.scrollWidth`)); wide > int(screen.width) {
					t.Errorf("%s is %d pixels wide on a screen of %d", path, wide, screen.width)
				}
				keepScreenshot(t, fmt.Sprintf("console-%s-%s-%s.png", name, screen.name, theme), ask(t, page, chromedp.FullScreenshot(100)))
			}
		}
	}
	quiet(t, page, console)
}

// An operator retries a parked stream, redrives a dead message and drops another one by clicks, and
// moves the slider with the keyboard.
func TestAnOperatorActs(t *testing.T) {
	t.Parallel()
	s, seeded, base, page := operates(t)
	console := chromedp.Console(page)
	run(t, page, chromedp.EmulateViewport(1280, 900), prefer("light"))
	s.acts(page, base, seeded)
	slide(t, page, base+"/stream?id="+seeded.account+"&version=2")
	quiet(t, page, console)
}

// operates seeds a service, starts the console, and logs a browser in by the link.
func operates(t *testing.T) (s *site, on seeded, base string, page context.Context) {
	t.Helper()
	s = newSite(t)
	programs.Launch(t, "projector", "DATABASE_URL="+testdb.As(t, s.database, role.Projector), "UNSAFE_DATABASE=accept", "PROJECTOR_ADDR=127.0.0.1:0", "WORKFLOWS=off")
	on = s.seed()
	link := s.serve()
	page = start(t)
	run(t, page, chromedp.Navigate(link), chromedp.WaitVisible(chromedp.CSS("nav")))
	return s, on, link[:strings.Index(link, "/login")], page
}

// prefer sets the theme that the browser asks pages for.
func prefer(theme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}},
		})
		return err
	})
}

// seeded has what the pages of the console show.
type seeded struct{ account, parked, dead, dropped, correlation string }

func (s seeded) pages() map[string]string {
	return map[string]string{
		"now": "/", "streams": "/stream", "stream": "/stream?id=" + s.account + "&version=3", "cause": "/cause?id=" + s.correlation,
		"rows": "/why?projection=balances", "why": "/why?projection=balances&stream=" + s.account, "different": "/why?stream=" + s.parked,
		"confirm": "/act?do=discard-stream&projection=balances&id=" + s.parked, "acts": "/acts",
	}
}

var idOf = regexp.MustCompile(`[0-9a-f-]{36}$`)

// seed opens accounts, parks the stream of one of them, and makes messages of two others dead.
func (s *site) seed() seeded {
	s.t.Helper()
	var ids []string
	for _, owner := range []string{"Lovelace Ltd", "Parked & Sons", "Dead Letters Inc", "Dropped plc"} {
		location := s.post("/v1/accounts", `{"owner":"`+owner+`","currency":"EUR"}`).Header.Get("Location")
		ids = append(ids, idOf.FindString(location))
	}
	path := "/v1/accounts/" + ids[0]
	s.post(path+"/deposits", `{"amount":250000,"reference":"salary"}`)
	s.post(path+"/withdrawals", `{"amount":90000,"reference":"rent"}`)
	found := seeded{account: ids[0], parked: ids[1], dead: ids[2], dropped: ids[3]}
	s.wait(`SELECT count(*) = 4 FROM balances`)
	s.do(`UPDATE balances SET version = 7 WHERE account_id = $1`, ids[1])
	s.post("/v1/accounts/"+ids[1]+"/deposits", `{"amount":100,"reference":"can't be applied"}`)
	s.wait(`SELECT count(*) = 1 FROM parked_streams WHERE projection = 'balances'`)
	s.do(`WITH gone AS (DELETE FROM outbox WHERE stream_id IN ($1, $2) RETURNING position, event_id, stream_id, type, data, occurred_at)
		INSERT INTO dead_messages (position, event_id, stream_id, type, data, occurred_at, attempts, error)
		SELECT position, event_id, stream_id, type, data, occurred_at, 10, 'maximum payload exceeded' FROM gone`, ids[2], ids[3])
	found.correlation = s.text(`SELECT metadata->>'correlation_id' FROM events WHERE stream_id = $1 ORDER BY version DESC LIMIT 1`, ids[0])
	return found
}

// serve starts the console, and returns the link that it prints.
func (s *site) serve() string {
	s.t.Helper()
	command := exec.Command(programs.Path("ops"), "serve", "-addr", "127.0.0.1:0")
	command.Env = []string{"DATABASE_URL=" + testdb.As(s.t, s.database, role.Projector), "TRACE_LINK=http://127.0.0.1:16686/trace/{trace}", "HOME=" + os.Getenv("HOME")}
	command.Stderr = s.t.Output()
	out, err := command.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		if err := command.Wait(); err != nil {
			s.t.Errorf("the console ended: %v", err)
		}
	})
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	link, is := strings.CutPrefix(strings.TrimSpace(line), "console: ")
	if err != nil || !is {
		s.t.Fatalf("the console prints %q, %v", line, err)
	}
	return link
}

// acts does an act of each kind that the seeded service offers, by clicks alone.
func (s *site) acts(page context.Context, base string, on seeded) {
	s.t.Helper()
	s.do(`UPDATE balances SET version = 1 WHERE account_id = $1`, on.parked)
	for _, act := range []struct{ link, note, outcome, name string }{
		{"/act?do=retry-stream&projection=balances&id=" + on.parked, "", "no longer parked", "retried"},
		{"/act?do=redrive&id=" + on.dead, "the broker takes larger messages now", "in the outbox again", "redriven"},
		{"/act?do=drop&id=" + on.dropped, "nobody needs it", "Dropped", "dropped"},
	} {
		run(s.t, page, chromedp.Navigate(base+"/"), chromedp.Click(chromedp.CSS(`a[href="`+act.link+`"]`), chromedp.NodeVisible),
			chromedp.WaitVisible(chromedp.CSS("#note")))
		if act.note != "" {
			run(s.t, page, chromedp.SendKeys(chromedp.CSS("#note"), act.note))
		}
		run(s.t, page, chromedp.Click(chromedp.CSS("button.main"), chromedp.NodeVisible), chromedp.WaitVisible(chromedp.CSS(".outcome")))
		if text := ask(s.t, page, chromedp.Text(chromedp.CSS(".outcome"))); !strings.Contains(text, act.outcome) {
			s.t.Errorf("%s: the page says %q", act.link, text)
		}
		keepScreenshot(s.t, "console-"+act.name+".png", ask(s.t, page, chromedp.FullScreenshot(100)))
	}
}

// slide moves the slider of a stream's page one version to the right with the keyboard.
func slide(t *testing.T, page context.Context, url string) {
	t.Helper()
	run(t, page, chromedp.Navigate(url), chromedp.WaitVisible(chromedp.CSS("#version")), chromedp.Focus(chromedp.CSS("#version")),
		chromedp.KeyEvent(kb.ArrowRight))
	await.True(t, "the page shows version 3", func() bool {
		return ask(t, page, chromedp.Evaluate[string](`document.querySelector("tr.here td")?.textContent ?? ""`)) == "3"
	})
}

// do runs a statement with the login of the database's owner.
func (s *site) do(sql string, args ...any) {
	s.t.Helper()
	s.connected(func(conn *pgx.Conn) error {
		_, err := conn.Exec(s.t.Context(), sql, args...)
		return err
	})
}

// text returns the only value that a query returns.
func (s *site) text(sql string, args ...any) (value string) {
	s.t.Helper()
	s.connected(func(conn *pgx.Conn) error { return conn.QueryRow(s.t.Context(), sql, args...).Scan(&value) })
	return value
}

// wait waits until a query returns true.
func (s *site) wait(sql string) {
	s.t.Helper()
	await.True(s.t, sql, func() (is bool) {
		s.connected(func(conn *pgx.Conn) error { return conn.QueryRow(s.t.Context(), sql).Scan(&is) })
		return is
	})
}

func (s *site) connected(work func(conn *pgx.Conn) error) {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.database)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(s.t.Context())) }()
	if err := work(conn); err != nil {
		s.t.Fatal(err)
	}
}
