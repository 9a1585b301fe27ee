package durability

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// monitorFor is the time limit of the requests to the monitoring URLs. While these requests wait,
// the relay sends nothing.
const monitorFor = time.Second

// syncedAlways is the result of the function syncs if all servers are known to sync to disk.
const syncedAlways = "always"

// CheckMonitors returns an error if one of the monitoring URLs is not a complete http or https
// URL.
func CheckMonitors(addresses []string) error {
	for _, address := range addresses {
		parsed, err := url.Parse(address)
		if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
			return errors.New("NATS_MONITOR_URLS must be like http://nats-1:8222,http://nats-2:8222") // the error does not contain the URL, which may contain a password
		}
	}
	return nil
}

// syncs returns "always" if all servers are known to sync to disk before they acknowledge.
// Otherwise syncs returns a text with the number of servers that are known to sync. syncs fails if
// at least one server is known not to sync. A server that does not answer causes no error. The
// server may be down, and then the replicas on the other servers are enough.
func syncs(ctx context.Context, addresses []string) (string, error) {
	if len(addresses) == 0 {
		return "unknown: NATS_MONITOR_URLS is empty", nil
	}
	ctx, cancel := context.WithTimeout(ctx, monitorFor)
	defer cancel()
	answers := make([]error, len(addresses))
	var asking sync.WaitGroup
	for i, address := range addresses {
		asking.Go(func() { answers[i] = syncsAlways(ctx, address) })
	}
	asking.Wait()
	known := 0
	var lossy []error
	for _, err := range answers {
		switch {
		case err == nil:
			known++
		case errors.Is(err, errLossy):
			lossy = append(lossy, err)
		}
	}
	if known < len(answers) {
		return fmt.Sprintf("always on %d of %d servers, the others did not say", known, len(answers)), errors.Join(lossy...)
	}
	return syncedAlways, nil
}

// monitor is an HTTP client that follows no redirect: it returns the redirect as the answer.
var monitor = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// syncsAlways returns errLossy if the server is known not to sync before it acknowledges. If the
// server's answer can't be read, syncsAlways returns another error.
func syncsAlways(ctx context.Context, address string) error {
	parsed, err := url.Parse(address)
	if err != nil {
		return errors.New("read monitoring URL")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, parsed.JoinPath("jsz").String(), nil)
	if err != nil {
		return errors.New("read monitoring URL")
	}
	answer, err := monitor.Do(request)
	if err != nil {
		return fmt.Errorf("ask %s: %w", parsed.Host, err)
	}
	defer func() { _ = answer.Body.Close() }()
	var seen struct {
		Disabled bool `json:"disabled"` // a server without JetStream stores nothing
		Config   *struct {
			SyncAlways bool `json:"sync_always"`
		} `json:"config"`
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, 1<<20)).Decode(&seen); err != nil || seen.Config == nil {
		return fmt.Errorf("%s/jsz answers %s", parsed.Host, answer.Status)
	}
	if !seen.Disabled && !seen.Config.SyncAlways {
		return fmt.Errorf("%w when the power fails: the server monitored at %s does not sync before it acknowledges (sync_interval: always)", errLossy, parsed.Host)
	}
	return nil
}
