package devdb

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

// startTimeout is the time limit for a start. It is long, because the recovery of kept data after a
// crash may take long.
const startTimeout = 60 * time.Second

// serve starts the server, on the port of its last start if that port is free. If another program
// takes the port during the start, serve tries again with another port.
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

// mayPass reports whether a failed start may succeed later. Examples: another program has just
// taken the port, or processes of a killed server have not ended yet.
func mayPass(err error) bool {
	return strings.Contains(err.Error(), "Address already in use") || strings.Contains(err.Error(), "is still in use")
}

// freeAddress returns an address with this port if the port is free, and otherwise with any free
// port.
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
