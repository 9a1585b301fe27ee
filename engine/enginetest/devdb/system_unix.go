//go:build unix

package devdb

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// Supported returns why this system can't run a server of ours; nil if it can.
func Supported() error { return nil }

// takes makes a command run as the account, in a session of its own: Ctrl-C in the
// terminal is for the program that started us, which ends things in its order.
func (a account) takes(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if a.drop {
		command.SysProcAttr.Credential = &syscall.Credential{
			Uid: uint32(a.uid), Gid: uint32(a.gid), Groups: []uint32{uint32(a.gid)}, //nolint:gosec // ids of the system
		}
	}
}

// freeSpace returns the bytes that are free in a directory; 0 if there is none.
func freeSpace(dir string) uint64 {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(dir, &stat); err != nil {
		return 0
	}
	return stat.Bavail * uint64(stat.Bsize) //nolint:gosec,unconvert // the type differs between systems
}

// tryLock takes the file's lock unless another open file has it.
func tryLock(file *os.File) bool {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

func alive(pid int) bool {
	if pid <= 0 {
		return false
	}
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
