// Package ready waits until a server that dev has started answers that it is ready.
package ready

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"time"

	"example.com/pgcqrs/tools/dev/child"
	"example.com/pgcqrs/tools/dev/port"
)

// TimedOut is the error for a server that did not become ready in time. The error names the server
// and the reason.
type TimedOut string

func (e TimedOut) Error() string { return string(e) }

// readyTimeout is the time limit within which a server must become ready.
const readyTimeout = 30 * time.Second

// Until waits until the server answers that it is ready. Another program may listen on the same
// address, so Until checks that the server has logged that it listens. If the server's log level is
// above info, the server does not log this, and Until skips the check.
func Until(ctx context.Context, server *child.Program, address string) error {
	told := slices.Contains([]string{"", "info", "debug"}, os.Getenv("LOG_LEVEL"))
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, 200*time.Millisecond) { // few probes, because a server may log each
		answer := probe(ctx, "http://"+port.Browsable(address)+"/readyz")
		if answer == "" && (!told || server.Listening()) {
			return nil
		}
		select {
		case <-server.Ended():
			return server.Died()
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return ctx.Err()
			}
			return TimedOut(fmt.Sprintf("%s is not ready after %v (%s); its last lines:\n%s", server.Name, readyTimeout, answer, server.Last()))
		case <-time.After(wait):
		}
	}
}

// probe sends a request to a URL. probe returns "" if the status is 200, and otherwise the reason.
func probe(ctx context.Context, url string) string {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err.Error()
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return "/readyz answers " + response.Status
	}
	return ""
}
