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

// TimedOut names the server that did not become ready, and why.
type TimedOut string

func (e TimedOut) Error() string { return string(e) }

// readyTimeout bounds the start of one server.
const readyTimeout = 30 * time.Second

// Until waits until the server answers. It makes sure that the answer is from the server that dev
// started, and not from another one that took the address first. A server that logs less than info
// is trusted.
func Until(ctx context.Context, server *child.Program, address string) error {
	told := slices.Contains([]string{"", "info", "debug"}, os.Getenv("LOG_LEVEL"))
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, 200*time.Millisecond) { // a server may log each probe
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

// probe returns why a URL does not answer 200, or "".
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
