package reaper

import (
	"fmt"
	"io"
	"os"
	"os/exec"

	"example.com/pgcqrs/engine/enginetest/devdb/cluster"
)

// Reaper is a child process of the program that has started a server. The Reaper stops the server
// when the Reaper's standard input ends. This input is a pipe from the program. The input ends when
// Release closes it, and also when the program dies, even by kill -9. The child process runs a
// shell script, so the program need not start itself a second time.
type Reaper struct {
	command *exec.Cmd
	input   io.Closer
}

// reap is the shell script of the reaper. Its parameters: $1 is the path of pg_ctl, $2 the server's
// directory, $3 the mode of the stop, $4 "keep" or "remove" for the data.
const reap = `
cat >/dev/null
[ ! -f "$2/data/postmaster.pid" ] ||
	"$1" stop -s -D "$2/data" -m "$3" -t 20 ||
	"$1" stop -s -D "$2/data" -m immediate
[ "$4" = keep ] || rm -rf "$2" || { sleep 1; rm -rf "$2"; }
`

// Start starts the reaper of a cluster. The caller must call Start before it starts the server.
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

// Release makes the reaper stop the server, and waits until the server has stopped.
func (r *Reaper) Release() {
	_ = r.input.Close()
	_ = r.command.Wait()
}
