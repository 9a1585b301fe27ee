// Command issuer gives a token to everybody who requests one. It is meant for Docker Compose and
// for trials on one machine. A service with real data must never trust the tokens of command
// issuer, because everybody could then use that service.
//
//	issuer URL    the API knows the issuer as URL; ISSUER_ADDR has the address to listen on
package main

import (
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/kelseyhightower/envconfig"

	"example.com/pgcqrs/engine/enginetest/devissuer"
	"example.com/pgcqrs/engine/process/cli"
	"example.com/pgcqrs/engine/process/env"
)

// Config contains all settings of command issuer. Command issuer reads them from the environment.
type Config struct {
	Addr string `envconfig:"ISSUER_ADDR" default:"127.0.0.1:8083" desc:"Address on which the issuer listens, as host:port. Everybody who can reach this address gets a token for any subject."`
}

var program = cli.Program{
	Service:   "devissuer",
	Name:      "issuer",
	Does:      "issuer gives a token for anything to anybody who asks. For development: it must never run where a service trusts it that matters. URL is what the API knows it as; it answers under that name and those of this machine.",
	Takes:     "URL",
	Check:     cli.OneURL,
	Variables: env.Variables(&Config{}),
}

func main() {
	url := program.Parse(os.Args[1:])[0]
	fmt.Fprintln(os.Stderr, "issuer:", run(url))
	os.Exit(1)
}

func run(url string) error {
	var config Config
	if err := env.Load(&config, envconfig.Process); err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "issuer: for development: whoever asks gets a token for anything, on", config.Addr)
	server := &http.Server{Addr: config.Addr, Handler: devissuer.New(url).Handler(), ReadHeaderTimeout: 5 * time.Second}
	return server.ListenAndServe()
}
