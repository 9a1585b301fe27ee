//go:build linux

package attacker

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"example.com/pgcqrs/tools/lab/attacks/generator"
	"example.com/pgcqrs/tools/lab/attacks/traffic"
)

// Attacker is a running attacker process, bound to one processor. The attacker process ends when
// the process that started it ends.
type Attacker struct {
	command *exec.Cmd
	input   io.Closer
	output  bytes.Buffer
	errors  bytes.Buffer
}

// Begin starts the attack that a job describes. The attack continues until End is called.
func Begin(job generator.Job) (*Attacker, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	processor, err := lastProcessor()
	if err != nil {
		return nil, err
	}
	g := &Attacker{command: exec.Command("taskset", "--cpu-list", processor, self, generator.Argument)}
	g.command.Stdout, g.command.Stderr = &g.output, &g.errors
	g.command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	pipe, err := g.command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("make pipe: %w", err)
	}
	g.input = pipe
	if err := g.command.Start(); err != nil {
		return nil, fmt.Errorf("start the attacker: %w", err)
	}
	if err := json.NewEncoder(pipe).Encode(job); err != nil {
		return nil, fmt.Errorf("tell the attacker: %w", err)
	}
	return g, nil
}

// End stops the attacker, and returns its results.
func (g *Attacker) End() (sent traffic.Tally, err error) {
	_ = g.input.Close() // the process may have ended already
	if err := g.command.Wait(); err != nil {
		return nil, fmt.Errorf("attacker: %w: %s", err, g.errors.String())
	}
	return sent, json.Unmarshal(g.output.Bytes(), &sent)
}

// lastProcessor returns the last processor in this process's affinity mask.
func lastProcessor() (string, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "", fmt.Errorf("look for a processor: %w", err)
	}
	for line := range strings.Lines(string(status)) {
		if list, found := strings.CutPrefix(line, "Cpus_allowed_list:"); found {
			list = strings.TrimSpace(list)
			return list[strings.LastIndexAny(list, ",-")+1:], nil
		}
	}
	return "", fmt.Errorf("the kernel does not tell on which processors this process may run")
}
