//go:build linux

package broker

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"example.com/pgcqrs/tools/lab/campaign/process"
)

// Variable is the name of an environment variable. Its value is the address and the data directory
// of the broker. If the variable is set, this program runs only the broker.
const Variable = "CAMPAIGN_BROKER"

// Broker is NATS with JetStream in a separate process.
type Broker struct {
	Process *process.Process
	address string
}

func Start(dir, address string) (*Broker, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	return &Broker{address: address, Process: process.Supervise(dir, "nats", func() *exec.Cmd {
		command := exec.Command(self)
		command.Env = append(os.Environ(), Variable+"="+address+" "+dir+"/nats")
		command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		return command
	})}, nil
}

func (b *Broker) URL() string { return "nats://" + b.address }
