// Command healthcheck asks one address whether it is well. It is there for the
// container image, which has no shell and no curl, and it must never grow into
// more than that.
//
//	healthcheck URL    exits 0 if a GET is answered 200 within three seconds, else 1
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"example.com/pgcqrs/engine/ops/cli"
	"example.com/pgcqrs/internal/naming"
)

var program = cli.Program{
	Service: naming.Service,
	Name:    "healthcheck",
	Does:    "healthcheck asks one address whether it is well: it exits 0 if a GET of URL is answered 200 within three seconds, else 1.",
	Takes:   "URL",
	Check:   cli.OneURL,
}

const patience = 3 * time.Second

func main() {
	url := program.Parse(os.Args[1:])[0]
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	err := check(ctx, url)
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, "healthcheck:", err)
		os.Exit(1)
	}
}

func check(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	if err := response.Body.Close(); err != nil {
		return fmt.Errorf("end answer: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("ask %s: answered %s", url, response.Status)
	}
	return nil
}
