package reaper

import (
	"fmt"
	"io"
	"os"
	"os/exec"

	"example.com/pgcqrs/engine/enginetest/devdb/cluster"
)

// Reaper ends the server when its own input ends: when Release closes it, and when the program at
// the other end dies, even by kill -9. It is a shell, so that any program, for example a test
// binary, can have it without a hook in its main.
type Reaper struct {
	command *exec.Cmd
	input   io.Closer
}

// reap is the reaper's program: $1 pg_ctl, $2 the server's directory, $3 how to
// stop, $4 "keep" or "remove".
const reap = `
cat >/dev/null
[ ! -f "$2/data/postmaster.pid" ] ||
	"$1" stop -s -D "$2/data" -m "$3" -t 20 ||
	"$1" stop -s -D "$2/data" -m immediate
[ "$4" = keep ] || rm -rf "$2" || { sleep 1; rm -rf "$2"; }
`

// Start starts the reaper of a cluster, before its server.
func Start(of cluster.Cluster) (*Reaper, error) {
	mode, data := "fast", "keep"
	if of.Keep == nil {
		mode, data = "immediate", "remove"
	}
	command := exec.Command("/bin/sh", "-c", reap, "reaper", of.Binaries.Dir+"/pg_ctl", of.Dir, mode, data)
	command.Dir, command.Env = "/", of.Binaries.Env()
	if of.Keep != nil {
		command.ExtraFiles = []*os.File{of.Keep.Lock()}
	}
	of.Account.Takes(command)
	input, err := command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("make reaper's input: %w", err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start reaper: %w", err)
	}
	return &Reaper{command: command, input: input}, nil
}

// Release lets the reaper stop the server, and waits for it.
func (r *Reaper) Release() {
	_ = r.input.Close()
	_ = r.command.Wait()
}
