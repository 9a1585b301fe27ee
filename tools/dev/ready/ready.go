// Package ready waits until a started server answers that it is ready.
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

// TimedOut is the error for a server that did not become ready in time; it names the server and the
// reason.
type TimedOut string

func (e TimedOut) Error() string { return string(e) }

// readyTimeout bounds the time in which one server must become ready.
const readyTimeout = 30 * time.Second

// Until waits until the server answers that it is ready. Until checks that the answer comes from
// the server that dev started, and not from another program that listens on the same address. Until
// skips this check for a server whose log level is above info.
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

// probe returns why a URL does not answer 200, or "" if it does.
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
