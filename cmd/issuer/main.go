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
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: issuer URL")
		os.Exit(2)
	}
	fmt.Fprintln(os.Stderr, "issuer: for development: whoever asks gets a token for anything, on :8083")
	server := &http.Server{Addr: ":8083", Handler: devissuer.New(os.Args[1]).Handler(), ReadHeaderTimeout: 5 * time.Second}
	fmt.Fprintln(os.Stderr, "issuer:", server.ListenAndServe())
	os.Exit(1)
}
