package devdb

import (
	"fmt"
	"io"
	"os"
	"os/exec"
)

// reaper ends the server when its input ends: when Stop closes it, and when the
// program that holds the other end dies, even by kill -9. It is a shell, so that
// any program, a test binary for one, gets it without a hook in its main.
type reaper struct {
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

func (s *Server) startReaper() error {
	mode, data := "fast", "keep"
	if s.options.Keep == nil {
		mode, data = "immediate", "remove"
	}
	command := exec.Command("/bin/sh", "-c", reap, "reaper", s.Binaries.Dir+"/pg_ctl", s.Dir, mode, data)
	command.Dir, command.Env = "/", serverEnv(s.Binaries.Dir)
	if s.options.Keep != nil {
		command.ExtraFiles = []*os.File{s.options.Keep.lock}
	}
	s.account.takes(command)
	input, err := command.StdinPipe()
	if err != nil {
		return fmt.Errorf("make reaper's input: %w", err)
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("start reaper: %w", err)
	}
	s.reaper = &reaper{command: command, input: input}
	return nil
}

// release lets the reaper do its work and waits for it.
func (r *reaper) release() {
	_ = r.input.Close()
	_ = r.command.Wait()
}
