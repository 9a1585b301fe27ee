package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"example.com/pgcqrs/engine/enginetest/devissuer"
)

// readyTimeout bounds the start of one server.
const readyTimeout = 30 * time.Second

// stack is what run knows about the parts that are up.
type stack struct {
	guard     *guard
	args      []string // what dev was called with
	dir       string   // holds the data and the programs
	without   []string // names of servers that the developer starts
	given     bool     // the database is the developer's own
	forgotten []string // variables of the shell that would lead away from a database of ours
	ownerURL  string
	loginURLs map[string]string // of the database, for each program
	keyURI    string            // of the key that wraps those of personal data
	snapshots string            // the secret that snapshots of long streams are authenticated by
	natsURL   string
	issuerURL string            // of tokens; "" if it is not ours
	open      bool              // AUTH=off: the API asks for no token, and has its probes at its own address
	probes    string            // the address of the API's
	addresses map[string]string // of each server
}

func (s *stack) program(name string) string { return filepath.Join(s.dir, "bin", name) }

// serve starts a server and waits until it is ready, unless it is left out: then the
// child is nil. If somebody was quicker at taking the free port, it tries again.
func (s *stack) serve(ctx context.Context, name, given, usual string) (*child, error) {
	for {
		address, probes, err := s.places(name, given, usual)
		if err != nil {
			return nil, err
		}
		if slices.Contains(s.without, name) {
			s.addresses[name] = address
			return nil, s.leaveOut(name, address)
		}
		server, err := s.guard.start(name, environ(s.settings(name, address)), s.program(name))
		if err != nil {
			return nil, err
		}
		err = untilReady(ctx, server, probes)
		if err == nil {
			s.addresses[name] = address
			return server, nil
		}
		server.stop(syscall.SIGTERM)
		if given != "" && !anyPort(given) || !strings.Contains(server.output.last(), "the address is in use") {
			return nil, s.sayRepair(name, err)
		}
	}
}

// places are where a server listens, and where its probes are.
func (s *stack) places(name, given, usual string) (address, probes string, err error) {
	if address, err = place(name, given, usual); err != nil || name != "api" {
		return address, address, err
	}
	s.probes = address
	if !s.open {
		s.probes, err = place("API's probes", os.Getenv("API_OPS_ADDR"), "127.0.0.1:8082")
	}
	return address, s.probes, err
}

// settings are the variables that a server runs with; "" is one that must not be set.
// A database of ours has no replica and no pooler.
func (s *stack) settings(name, address string) map[string]string {
	set := map[string]string{"DATABASE_URL": s.loginURLs[name], "SNAPSHOT_KEY": s.snapshots}
	replica := "READ_DATABASE_URL"
	if name == "api" {
		set["API_ADDR"], set["KEY_URI"] = address, s.keyURI
		if !s.open {
			set["API_OPS_ADDR"] = s.probes
		}
		if s.issuerURL != "" {
			set["AUTH_ISSUER"], set["AUTH_AUDIENCE"] = s.issuerURL, devissuer.Audience
		}
	} else {
		set["PROJECTOR_ADDR"], set["NATS_URL"] = address, s.natsURL
		replica = "LISTEN_DATABASE_URL"
	}
	if !s.given {
		set[replica] = ""
	}
	for _, variable := range s.forgotten {
		set[variable] = ""
	}
	if os.Getenv("LOG_FORMAT") == "" {
		set["LOG_FORMAT"] = "text"
	}
	return set
}

// untilReady waits until the server answers: the one that we started, and not another
// that was quicker at taking the address. Who logs less than info is believed.
func untilReady(ctx context.Context, server *child, address string) error {
	told := slices.Contains([]string{"", "info", "debug"}, os.Getenv("LOG_LEVEL"))
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, 200*time.Millisecond) { // a server may log each probe
		answer := probe(ctx, "http://"+browsable(address)+"/readyz")
		if answer == "" && (!told || server.output.listening()) {
			return nil
		}
		select {
		case <-server.exited:
			return server.died()
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return ctx.Err()
			}
			return notReady(fmt.Sprintf("%s is not ready after %v (%s); its last lines:\n%s", server.name, readyTimeout, answer, server.output.last()))
		case <-time.After(wait):
		}
	}
}

// probe returns what keeps a URL from answering 200; "" is nothing.
func probe(ctx context.Context, url string) string {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err.Error()
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return "/readyz answers " + response.Status
	}
	return ""
}
