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

// HealthcheckFlag defines the flag -healthcheck, with which a program calls Healthcheck instead of
// doing its work.
func HealthcheckFlag(flags *flag.FlagSet, asked *bool) {
	flags.BoolVar(asked, "healthcheck", false, "ask the process that runs here whether it is ready")
}

// Healthcheck asks a process on this machine whether it is ready. Healthcheck sends GET /readyz to
// the address on which the process listens, and returns nil if the answer is 200 within three
// seconds, otherwise an error. A program whose container has no shell and no curl calls Healthcheck
// for its flag -healthcheck. Healthcheck must never need more than that address: no database, and
// no other configuration.
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
		// The proxy of HTTP_PROXY would be used for any address but a loopback one. The certificate
		// names the host that clients use, and Healthcheck uses the address on which the process
		// listens.
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
