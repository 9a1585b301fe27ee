package bench

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"example.com/pgcqrs/tools/lab/load/baselines/lab"
)

// Apart gives this process, which makes the load, a processor of its own, and all other processors
// to the API and to the lab's server, until the contest ends. Otherwise a load that is more than
// the service can handle would take the processor from it. Apart returns a note about this: with
// one processor, or a given server, all is shared.
func (b *Bench) Apart(api *lab.Child) (string, error) {
	var all unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil {
		return "", fmt.Errorf("ask for this process's processors: %w", err)
	}
	if all.Count() < 2 || b.Lab.Server == nil {
		return "the generator shares its processors with the rest", nil
	}
	last := len(all)*64 - 1
	for !all.IsSet(last) {
		last--
	}
	var generator unix.CPUSet
	generator.Set(last)
	others := all
	others.Clear(last)

	measured := []int{api.Command.Process.Pid, b.Lab.Server.PID()}
	b.ends = append(b.ends, func() { _ = errors.Join(bind(all, os.Getpid()), bind(all, b.Lab.Server.PID())) }) // processes that have ended need none
	return "the generator has a processor of its own", errors.Join(bind(generator, os.Getpid()), bind(others, measured...))
}

// bind lets all threads of processes, and of their children, run on some processors only.
func bind(to unix.CPUSet, pids ...int) error {
	for _, pid := range pids {
		for range 2 { // the second time includes threads that began meanwhile
			threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
			if err != nil {
				return fmt.Errorf("look for the threads of process %d: %w", pid, err)
			}
			for _, thread := range threads {
				id, err := strconv.Atoi(filepath.Base(thread))
				if err != nil {
					return fmt.Errorf("read %s: %w", thread, err)
				}
				if err := unix.SchedSetaffinity(id, &to); err != nil && !errors.Is(err, unix.ESRCH) {
					return fmt.Errorf("bind thread %d: %w", id, err)
				}
			}
		}
		if pid == os.Getpid() {
			continue
		}
		if err := bind(to, children(pid)...); err != nil {
			return err
		}
	}
	return nil
}

// children returns the running children of a process, and their children.
func children(pid int) (all []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is right
	for _, stat := range stats {
		content, err := os.ReadFile(stat)
		if err != nil {
			continue // it has ended
		}
		fields := strings.Fields(string(content[bytes.LastIndexByte(content, ')')+1:])) // proc(5): state, parent, …
		child, err := strconv.Atoi(filepath.Base(filepath.Dir(stat)))
		if err == nil && len(fields) > 1 && fields[1] == strconv.Itoa(pid) {
			all = append(all, child)
		}
	}
	return all
}
