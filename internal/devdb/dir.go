package devdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// memoryNeeded is what tests may need: a million events and their write-ahead log.
const memoryNeeded = 4 << 30

// makeDir makes the server's directory: fresh, or the kept one with its lock.
func (s *Server) makeDir(ctx context.Context) (err error) {
	if s.options.KeepIn == "" {
		s.Dir, err = os.MkdirTemp(s.freshParent(), "pgcqrs-test-")
	} else {
		s.Dir = s.options.KeepIn
		err = os.MkdirAll(s.Dir, 0o700)
	}
	if err != nil {
		return fmt.Errorf("make directory for the data: %w", err)
	}
	if err := s.account.owns(s.Dir); err != nil {
		return fmt.Errorf("give data directory to the server's account: %w", err)
	}
	if s.options.KeepIn == "" {
		return nil
	}
	s.lock, err = lockDir(ctx, s.Dir)
	return err
}

// freshParent is memory, where there is enough of it: containers often have 64 MB.
func (s *Server) freshParent() string {
	const memory = "/dev/shm"
	var stat syscall.Statfs_t
	if err := syscall.Statfs(memory, &stat); err == nil && stat.Bavail*uint64(stat.Bsize) >= memoryNeeded { //nolint:gosec,unconvert // the type differs between systems
		return memory
	}
	if s.account.drop {
		return "/var/tmp" // TMPDIR may be closed to the server's account
	}
	return os.TempDir()
}

// lockDir makes us the only user of a kept directory. The lock passes on to the
// reaper and ends with the last of both, even by kill -9: who gets it knows that
// nobody is still stopping the server of before.
func lockDir(ctx context.Context, dir string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		content, _ := io.ReadAll(io.NewSectionReader(file, 0, 32))
		holder, _ := strconv.Atoi(strings.TrimSpace(string(content)))
		if alive(holder) || ctx.Err() != nil {
			_ = file.Close()
			return nil, fmt.Errorf("the data in %s is in use by process %d: stop that one first", dir, holder)
		}
		time.Sleep(20 * time.Millisecond)
	}
	err = file.Truncate(0)
	_, writeErr := file.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0)
	if err := errors.Join(err, writeErr); err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("write lock: %w", err)
	}
	return file, nil
}

func alive(pid int) bool {
	if pid <= 0 {
		return false
	}
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
