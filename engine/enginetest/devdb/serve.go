package devdb

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

// startTimeout is long, because kept data may need a long recovery after a crash.
const startTimeout = 60 * time.Second

// serve starts the server, on its last port if that port is free, and tries again if another
// program has taken the port meanwhile.
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

// mayPass reports whether a failed start may succeed later: another program has taken the port, or
// processes of a killed server are still ending.
func mayPass(err error) bool {
	return strings.Contains(err.Error(), "Address already in use") || strings.Contains(err.Error(), "is still in use")
}

// freeAddress returns an address with this port if the port is free, otherwise with any free port.
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
