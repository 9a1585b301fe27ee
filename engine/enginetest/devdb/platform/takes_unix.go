//go:build unix

package platform

import (
	"os/exec"
	"syscall"
)

// Takes makes a command run as the account, in a new session. Because of this session, Ctrl-C in
// the terminal reaches only the program that has started the command. This program then ends its
// commands in the right order.
func (a Account) Takes(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if a.Drop {
		command.SysProcAttr.Credential = &syscall.Credential{
			Uid: uint32(a.uid), Gid: uint32(a.gid), Groups: []uint32{uint32(a.gid)}, //nolint:gosec // the ids come from the operating system
		}
	}
}
