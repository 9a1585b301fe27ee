//go:build all

package upgrade_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.com/pgcqrs/engine/enginetest/await"
)

// drain is the time for which a process still answers requests after it was told to end. Even on a
// busy machine, this is long enough for the test to notice that the process is not ready.
const drain = 2 * time.Second

// instance is a running program of one release.
type instance struct {
	t       *testing.T
	address string
	command *exec.Cmd
	ended   chan struct{}
	once    sync.Once
	mu      sync.Mutex
	said    bytes.Buffer
}

// start starts a program of the release, and returns when the program is ready.
func (r release) start(t *testing.T, name string, environment ...string) *instance {
	t.Helper()
	i := &instance{t: t, ended: make(chan struct{}), command: exec.Command(filepath.Join(string(r), name))}
	i.command.Env = append([]string{"UNSAFE_DATABASE=accept", "AUTH=off", "API_ADDR=127.0.0.1:0", "PROJECTOR_ADDR=127.0.0.1:0", "DRAIN_DELAY=" + drain.String(), "ACCESS_LOG=false"}, environment...)
	output, err := i.command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := i.command.Start(); err != nil {
		t.Fatal(err)
	}
	listening := make(chan string, 1)
	go i.follow(output, listening)
	t.Cleanup(i.stop)
	select {
	case i.address = <-listening:
	case <-i.ended:
		t.Fatalf("%s ended: %s", name, i.words())
	case <-time.After(await.Within):
		t.Fatalf("%s does not listen: %s", name, i.words())
	}
	await.True(t, name+" is ready", i.ready)
	return i
}

func (i *instance) follow(output io.Reader, listening chan<- string) {
	defer close(i.ended)
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		i.mu.Lock()
		i.said.Write(append(lines.Bytes(), '\n'))
		i.mu.Unlock()
		var line struct{ Msg, Address string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" {
			listening <- line.Address
		}
	}
	if err := i.command.Wait(); err != nil {
		i.t.Errorf("%s: %v: %s", i.command.Path, err, i.words())
	}
}

func (i *instance) words() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.said.String()
}

func (i *instance) ready() bool {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+i.address+"/readyz", http.NoBody)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// stop tells the program to end, as a deployment does, and waits until the program has ended.
func (i *instance) stop() {
	i.once.Do(func() {
		_ = i.command.Process.Signal(syscall.SIGTERM)
		<-i.ended
	})
}

// fleet holds the API processes that report that they are ready. Only these processes get requests,
// as if a load balancer selected them.
type fleet struct {
	mu    sync.Mutex
	ready []string
}

// any returns the address of one of the ready APIs. If no API is ready, any returns an address on
// which nobody listens.
func (f *fleet) any(number int) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.ready) == 0 {
		return "127.0.0.1:1"
	}
	return f.ready[number%len(f.ready)]
}

// add adds an API process to the fleet. The process gets requests as long as its /readyz reports
// that it is ready.
func (f *fleet) add(i *instance) {
	f.set(i.address, true)
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for ready := true; ; {
			select {
			case <-i.ended:
				f.set(i.address, false)
				return
			case <-tick.C:
			}
			if now := i.ready(); now != ready {
				ready = now
				f.set(i.address, ready)
			}
		}
	}()
}

func (f *fleet) set(address string, ready bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ready = slices.DeleteFunc(f.ready, func(a string) bool { return a == address })
	if ready {
		f.ready = append(f.ready, address)
	}
}
