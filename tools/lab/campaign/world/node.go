//go:build linux

package world

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/process"
	"example.com/pgcqrs/tools/lab/campaign/proxy"
)

// Node is an API process or a projector, with its wire (a TCP proxy) to the database.
type Node struct {
	Process *process.Process
	Address string
	Ops     string // address of the probes
	Wire    *proxy.Wire
	Front   *proxy.Wire // only for an API: the wire between subscribers and the API
}

func (n *Node) Ready(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+n.Ops+"/readyz", nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return listener.Addr().String(), listener.Close()
}
