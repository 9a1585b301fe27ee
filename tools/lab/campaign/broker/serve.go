//go:build linux

package broker

import (
	"fmt"
	"net"
	"strings"

	"github.com/nats-io/nats-server/v2/server"
)

// Serve runs the broker in this process.
func Serve(where string) error {
	address, dir, _ := strings.Cut(where, " ")
	tcp, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return fmt.Errorf("read the broker's address: %w", err)
	}
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: tcp.Port, JetStream: true, StoreDir: dir, NoSigs: true, NoLog: true})
	if err != nil {
		return fmt.Errorf("make NATS server: %w", err)
	}
	s.Start()
	s.WaitForShutdown()
	return nil
}
