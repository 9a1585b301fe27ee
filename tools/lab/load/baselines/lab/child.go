package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// PeakMemory returns the largest amount of memory that the process has used so far, in MB.
// PeakMemory returns 0 if the kernel does not report the memory.
func (p *Child) PeakMemory() float64 {
	value := FieldOf(fmt.Sprintf("/proc/%d/status", p.Command.Process.Pid), "VmHWM")
	kilobytes, err := strconv.ParseFloat(strings.TrimSuffix(value, " kB"), 64)
	if err != nil {
		return 0
	}
	return kilobytes * 1024 / 1e6
}

// Child is a program that this process has started. The program ends when this process ends, or
// earlier.
type Child struct {
	name    string
	Command *exec.Cmd
	log     string // path of the log
	Url     string
	exited  chan struct{}
	once    sync.Once
}

// endTimeout is the time within which a program must end after it was told to end. This time is
// long enough for a program to answer its open requests.
const endTimeout = 12 * time.Second

func (p *Child) untilReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !p.ready(ctx) {
		select {
		case <-p.exited:
			return fmt.Errorf("%s ended: %s", p.name, p.said())
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w: %s", p.name, ctx.Err(), p.said())
		case <-tick.C:
		}
	}
	return nil
}

func (p *Child) ready(ctx context.Context) bool {
	if p.Url == "" {
		p.Url = addressIn(p.said())
	}
	if p.Url == "" {
		return false
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.Url+"/readyz", http.NoBody)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	defer func() { _ = answer.Body.Close() }()
	return answer.StatusCode == http.StatusOK
}

// addressIn searches the log output of a program for the URL on which the program listens.
func addressIn(log []byte) string {
	for line := range bytes.Lines(log) {
		var entry struct{ Msg, Address string }
		if json.Unmarshal(line, &entry) == nil && entry.Msg == "listening" {
			return "http://" + entry.Address
		}
	}
	return ""
}

func (p *Child) said() []byte {
	said, err := os.ReadFile(p.log)
	if err != nil {
		return []byte(err.Error())
	}
	return said
}

// Stop ends the program and returns when it has ended.
func (p *Child) Stop() {
	p.once.Do(func() {
		for _, how := range []os.Signal{syscall.SIGTERM, os.Kill} {
			if err := p.Command.Process.Signal(how); errors.Is(err, os.ErrProcessDone) {
				break
			}
			select {
			case <-p.exited:
				return
			case <-time.After(endTimeout):
			}
		}
		<-p.exited
	})
}
