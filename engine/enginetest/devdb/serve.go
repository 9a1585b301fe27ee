package devdb

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

// startTimeout is long: kept data may have much to recover after a crash.
const startTimeout = 60 * time.Second

// serve starts the server, on the port that it had last time if that is still
// free, and again if somebody else was quicker at taking it.
func (s *Server) serve(ctx context.Context, last *url.URL) error {
	if err := s.Cluster.StopLeft(ctx, s.say); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	port := last.Port()
	for {
		address, err := freeAddress(port)
		if err != nil {
			return err
		}
		last.Host = address
		err = s.launch(ctx, last)
		if err == nil {
			s.URL = last.String()
			return s.Cluster.WriteURL(last)
		}
		if ctx.Err() != nil || !mayPass(err) {
			return err
		}
		port = ""
	}
}

// mayPass is true for a port taken in between, and for the last processes of a killed server.
func mayPass(err error) bool {
	return strings.Contains(err.Error(), "Address already in use") || strings.Contains(err.Error(), "is still in use")
}

// freeAddress is on this port if it is free, else on any.
func freeAddress(port string) (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil && port != "" {
		listener, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return "", fmt.Errorf("find free port: %w", err)
	}
	return listener.Addr().String(), listener.Close()
}
