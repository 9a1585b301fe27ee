package embedded

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"example.com/pgcqrs/engine/enginetest/devissuer"
	"example.com/pgcqrs/tools/dev/console"
	"example.com/pgcqrs/tools/dev/port"
)

// Issuer runs an issuer of tokens. The issuer gives every process on this machine a token for any
// subject and any scope.
func Issuer() (url string, stop func(), err error) {
	address, err := port.Place("tokens", "", "127.0.0.1:8083")
	if err != nil {
		return "", nil, err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", nil, fmt.Errorf("start token issuer: %w", err)
	}
	url = "http://" + listener.Addr().String()
	server := &http.Server{Handler: devissuer.New(url).Handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			console.Say("the token issuer ended: %v", err)
		}
	}()
	return url, func() { _ = server.Close() }, nil
}
