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
)

// syncedAlways is the result of syncs if every server is known to sync.
const syncedAlways = "always"

// CheckMonitors refuses addresses that can't be requested.
func CheckMonitors(addresses []string) error {
	for _, address := range addresses {
		parsed, err := url.Parse(address)
		if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
			return errors.New("NATS_MONITOR_URLS must be like http://nats-1:8222,http://nats-2:8222") // without the URL, which may hold a password
		}
	}
	return nil
}

// syncs returns whether the servers sync what they acknowledge: "always", or for how many of them
// that is known. It fails if one is known not to. A server that does not answer may be away;
// replicas make up for that.
func syncs(ctx context.Context, addresses []string) (string, error) {
	if len(addresses) == 0 {
		return "unknown: NATS_MONITOR_URLS is empty", nil
	}
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

// monitor requests exactly the given address: a redirect is an answer like any other.
var monitor = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// syncsAlways fails if a server is known not to sync before it acknowledges.
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
		Disabled bool `json:"disabled"` // without JetStream the server stores nothing
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
