//go:build all && unix

package replica_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/devdb"
)

var programs string // the folder that holds them

func TestMain(m *testing.M) { os.Exit(build(m)) }

func build(m *testing.M) int {
	folder, err := os.MkdirTemp("", "programs")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	command := exec.Command("go", "-C", "../../..", "build", "-o", folder+string(filepath.Separator), "./cmd/api", "./cmd/projector")
	if output, err := command.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the programs: %v\n%s", err, output)
		return 1
	}
	programs = folder
	return m.Run()
}

// launch starts a program that ends with the test, and returns its address.
func launch(t *testing.T, name string, environment ...string) (address string) {
	t.Helper()
	address, _ = launchHeard(t, name, environment...)
	return address
}

// launchHeard is launch that also returns what the program has logged so far.
func launchHeard(t *testing.T, name string, environment ...string) (address string, heard func() string) {
	t.Helper()
	command := exec.Command(filepath.Join(programs, name))
	command.Env = append([]string{"UNSAFE_DATABASE=accept", "AUTH=off", "API_ADDR=127.0.0.1:0", "PROJECTOR_ADDR=127.0.0.1:0", "ACCESS_LOG=false"}, environment...)
	stderr, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	listening, ended := make(chan string, 1), make(chan struct{})
	var mu sync.Mutex
	var said strings.Builder
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			mu.Lock()
			said.WriteString(lines.Text() + "\n")
			mu.Unlock()
			var line struct{ Msg, Address string }
			if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" {
				listening <- line.Address
			}
		}
		_ = command.Wait() // the test stops it
	}()
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM) // it may have ended
		select {
		case <-ended:
		case <-time.After(await.Within):
			_ = command.Process.Kill()
			t.Errorf("%s did not end", name)
		}
	})
	select {
	case address = <-listening:
		return address, func() string {
			mu.Lock()
			defer mu.Unlock()
			return said.String()
		}
	case <-ended:
	case <-time.After(await.Within):
	}
	mu.Lock()
	defer mu.Unlock()
	t.Fatalf("%s does not listen: %s", name, said.String())
	return "", nil
}

// freeze stops every process of the server; the function that it returns wakes them.
func freeze(t *testing.T, server *devdb.Server) (wake func()) {
	t.Helper()
	pids := []int{server.PID()}
	signal(t, pids, syscall.SIGSTOP) // first, so that it starts no others
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", server.PID()))
	if err != nil {
		t.Fatal(err)
	}
	for field := range strings.FieldsSeq(string(children)) {
		pid, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	signal(t, pids[1:], syscall.SIGSTOP)
	wake = func() { signal(t, pids, syscall.SIGCONT) }
	t.Cleanup(wake)
	return wake
}

func signal(t *testing.T, pids []int, what syscall.Signal) {
	t.Helper()
	for _, pid := range pids {
		if err := syscall.Kill(pid, what); err != nil && err != syscall.ESRCH {
			t.Fatal(err)
		}
	}
}
