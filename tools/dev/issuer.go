package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"example.com/pgcqrs/engine/enginetest/devissuer"
)

// issuer gives the API an issuer of tokens inside this process, which gives anybody on
// this machine a token for anything. A developer who has set AUTH or AUTH_ISSUER has
// chosen otherwise.
func (s *stack) issuer() (stop func(), err error) {
	if os.Getenv("AUTH") == "off" || os.Getenv("AUTH_ISSUER") != "" {
		s.open = os.Getenv("AUTH") == "off"
		return func() {}, nil
	}
	address, err := place("tokens", "", "127.0.0.1:8083")
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("start token issuer: %w", err)
	}
	s.issuerURL = "http://" + listener.Addr().String()
	server := &http.Server{Handler: devissuer.New(s.issuerURL).Handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			say("the token issuer ended: %v", err)
		}
	}()
	return func() { _ = server.Close() }, nil
}

// tokens says where they come from.
func (s *stack) tokens() string {
	switch {
	case s.open:
		return "none is needed (AUTH=off)"
	case s.issuerURL == "":
		return "from the issuer that AUTH_ISSUER names"
	}
	return s.issuerURL + "/tokens/ada  gives a token for ada to whoever asks"
}
