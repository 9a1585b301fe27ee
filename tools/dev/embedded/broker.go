// Package embedded runs servers inside dev's process: the broker, and the issuer of tokens.
package embedded

import (
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"example.com/pgcqrs/tools/dev/console"
	"example.com/pgcqrs/tools/dev/port"
)

// Broker runs NATS with JetStream inside this process. The broker uses its usual port if that port
// is free, and otherwise another port. JetStream syncs messages to disk before it acknowledges
// them. Only clients with the token in the URL can connect.
func Broker(storeDir string) (url string, stop func(), err error) {
	at := 4222
	if _, moved := port.Free("127.0.0.1:4222"); moved {
		console.Say("broker: 127.0.0.1:4222 is taken, using another port")
		at = server.RANDOM_PORT
	}
	token := rand.Text()
	broker, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: at, Authorization: token,
		JetStream: true, StoreDir: storeDir, SyncAlways: true, NoSigs: true, NoLog: true,
	})
	if err != nil {
		return "", nil, fmt.Errorf("make NATS server: %w", err)
	}
	broker.Start()
	if !broker.ReadyForConnections(10 * time.Second) {
		broker.Shutdown()
		return "", nil, errors.New("start NATS server: it is not ready after 10 s; set NATS_URL to use another")
	}
	stop = func() {
		broker.Shutdown()
		broker.WaitForShutdown()
	}
	return fmt.Sprintf("nats://%s@%s", token, broker.Addr()), stop, nil
}
