package broker

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"example.com/pgcqrs/engine/enginetest/await"
)

// Broker is a NATS server that runs until the test ends.
type Broker struct {
	URL     string
	t       *testing.T
	streams nats.JetStreamContext
}

// Start runs the program nats-server, with JetStream, on a free port. The parameter program is the
// path of nats-server.
func Start(t *testing.T, program string) *Broker {
	t.Helper()
	dir := t.TempDir()
	command := exec.Command(program, "-a", "127.0.0.1", "-p", "-1", "-js", "-sd", dir, "--ports_file_dir", dir)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill() // the test has ended, so nothing uses the server
		_ = command.Wait()
	})
	b := &Broker{t: t, URL: urlIn(t, dir)}
	connection, err := nats.Connect(b.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(connection.Close)
	if b.streams, err = connection.JetStream(); err != nil {
		t.Fatal(err)
	}
	return b
}

// urlIn waits for the file into which the NATS server writes its address, and returns the address.
func urlIn(t *testing.T, dir string) string {
	t.Helper()
	var ports struct{ NATS []string }
	await.True(t, "the broker says where it listens", func() bool {
		found, _ := filepath.Glob(filepath.Join(dir, "*.ports")) // the pattern is valid
		if len(found) == 0 {
			return false
		}
		text, err := os.ReadFile(found[0])
		return err == nil && json.Unmarshal(text, &ports) == nil && len(ports.NATS) > 0
	})
	return ports.NATS[0]
}

// AddMemoryStream creates a JetStream stream that stores its messages only in memory, and loses
// them when the server ends.
func (b *Broker) AddMemoryStream(name, subjects string) {
	b.t.Helper()
	if _, err := b.streams.AddStream(&nats.StreamConfig{Name: name, Subjects: []string{subjects}, Storage: nats.MemoryStorage}); err != nil {
		b.t.Fatal(err)
	}
}

// DeleteStream deletes a stream with its messages.
func (b *Broker) DeleteStream(name string) {
	b.t.Helper()
	if err := b.streams.DeleteStream(name); err != nil {
		b.t.Fatal(err)
	}
}

// Messages returns all messages that the broker stores, one per line, each with its subject, header
// and data.
func (b *Broker) Messages() string {
	b.t.Helper()
	var all strings.Builder
	for name := range b.streams.StreamNames() {
		info, err := b.streams.StreamInfo(name)
		if err != nil {
			b.t.Fatal(err)
		}
		for n := info.State.FirstSeq; n <= info.State.LastSeq; n++ {
			if message, err := b.streams.GetMsg(name, n); err == nil {
				fmt.Fprintf(&all, "%s %v %s\n", message.Subject, message.Header, message.Data)
			}
		}
	}
	return all.String()
}
