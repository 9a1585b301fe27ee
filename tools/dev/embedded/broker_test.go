package embedded

import (
	"testing"

	"github.com/nats-io/nats-server/v2/server"
)

// This test reads nats.conf, which docker-compose.yml gives to its broker. With this file the
// broker syncs each message to disk before it acknowledges the message, reports this setting over
// HTTP, and requires a login.
func TestBrokerOfCompose(t *testing.T) {
	t.Setenv("NATS_USER", "somebody")
	t.Setenv("NATS_PASSWORD", "secret")
	options, err := server.ProcessConfigFile("../../../nats.conf")
	if err != nil {
		t.Fatal(err)
	}
	if !options.JetStream || !options.SyncAlways || options.HTTPPort != 8222 || options.StoreDir != "/data" {
		t.Errorf("nats.conf says %+v", options)
	}
	if options.Username != "somebody" || options.Password != "secret" {
		t.Errorf("nats.conf asks for %q and %q", options.Username, options.Password)
	}
}
