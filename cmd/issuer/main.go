// Command issuer gives tokens to anybody who asks, for docker compose and other trials
// on one machine. It must never run where a service trusts it that matters.
//
//	issuer URL    listens on :8083 and is known to the API as URL
package main

import (
	"fmt"
	"net/http"
	"os"
	"time"

	"example.com/pgcqrs/internal/devissuer"
	"example.com/pgcqrs/internal/naming"
	"example.com/pgcqrs/internal/ops/cli"
)

var program = cli.Program{
	Service: naming.Service,
	Name:    "issuer",
	Does:    "issuer gives a token for anything to anybody who asks, on :8083. For development: it must never run where a service trusts it that matters. URL is what the API knows it as.",
	Takes:   "URL",
	Check:   cli.OneURL,
}

func main() {
	url := program.Parse(os.Args[1:])[0]
	fmt.Fprintln(os.Stderr, "issuer: for development: whoever asks gets a token for anything, on :8083")
	server := &http.Server{Addr: ":8083", Handler: devissuer.New(url).Handler(), ReadHeaderTimeout: 5 * time.Second}
	fmt.Fprintln(os.Stderr, "issuer:", server.ListenAndServe())
	os.Exit(1)
}
