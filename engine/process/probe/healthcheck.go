package probe

import (
	"context"
	"crypto/tls"
	"flag"
	"fmt"
	"net/http"
	"time"
)

// healthcheckPatience is how long Healthcheck waits for an answer.
const healthcheckPatience = 3 * time.Second

// HealthcheckFlag defines the flag with which a program calls Healthcheck instead of its work.
func HealthcheckFlag(flags *flag.FlagSet, asked *bool) {
	flags.BoolVar(asked, "healthcheck", false, "ask the process that runs here whether it is ready")
}

// Healthcheck asks a process on this machine whether it is ready: it returns nil if a GET of /readyz at the address that
// the process listens on is answered 200 within three seconds. It is the flag -healthcheck of a program whose container has
// no shell and no curl. It must never need more than that address: no database, and no other configuration.
func Healthcheck(ctx context.Context, address string, encrypted bool) error {
	ctx, cancel := context.WithTimeout(ctx, healthcheckPatience)
	defer cancel()
	scheme := "http"
	if encrypted {
		scheme = "https"
	}
	// An address without a host, or with 0.0.0.0 or ::, is dialled on this machine.
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+address+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	client := http.Client{
		// HTTP_PROXY would be used for any address but a loopback one. The certificate is for the
		// name that clients use, and this is the address on which the process itself listens.
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, //nolint:gosec // see above
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer client.CloseIdleConnections()
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	if err := response.Body.Close(); err != nil {
		return fmt.Errorf("end answer: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("ask %s: answered %s", request.URL, response.Status)
	}
	return nil
}
