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

// PeakMemory returns the most memory that a process has used, in MB, or 0 if the kernel does not
// tell.
func (p *Child) PeakMemory() float64 {
	value := FieldOf(fmt.Sprintf("/proc/%d/status", p.Command.Process.Pid), "VmHWM")
	kilobytes, err := strconv.ParseFloat(strings.TrimSuffix(value, " kB"), 64)
	if err != nil {
		return 0
	}
	return kilobytes * 1024 / 1e6
}

// Child is a program that runs at most as long as the lab.
type Child struct {
	name    string
	Command *exec.Cmd
	log     string // path
	Url     string
	exited  chan struct{}
	once    sync.Once
}

// endTimeout is longer than the programs take to finish their open requests.
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

// addressIn finds the URL in the log of a program that listens.
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

// Stop ends the program and returns when it is gone.
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
