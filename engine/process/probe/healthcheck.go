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

// HealthcheckFlag defines the flag -healthcheck. With this flag, a program calls Healthcheck
// instead of doing its work.
func HealthcheckFlag(flags *flag.FlagSet, asked *bool) {
	flags.BoolVar(asked, "healthcheck", false, "ask the process that runs here whether it is ready")
}

// Healthcheck asks a process on this machine whether it is ready. Healthcheck sends GET /readyz to
// the address on which the process listens. If the answer is 200 within three seconds, Healthcheck
// returns nil, and otherwise an error. For a container without a shell and without curl, the health
// check of the container is the program itself with the flag -healthcheck. Healthcheck must never
// need more than the address on which the process listens: it needs no database, and no other
// configuration.
func Healthcheck(ctx context.Context, address string, encrypted bool) error {
	ctx, cancel := context.WithTimeout(ctx, healthcheckPatience)
	defer cancel()
	scheme := "http"
	if encrypted {
		scheme = "https"
	}
	// If the address has no host, or 0.0.0.0 or ::, the client connects to this machine.
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+address+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	client := http.Client{
		// The client uses no proxy: with HTTP_PROXY, the request would go to a proxy if the address
		// is not a loopback address. The client does not verify the certificate: the certificate
		// names the host that clients use, but Healthcheck uses the address on which the process
		// listens.
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, //nolint:gosec // the comment above says why
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
