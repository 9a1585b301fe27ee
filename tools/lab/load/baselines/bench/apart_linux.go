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

// Apart gives this process, which generates the load, a processor for itself until the benchmark
// ends. Apart binds the measured API and the PostgreSQL server to all other processors. Without
// this division of the processors, an overload of the API would also slow down the generator. Apart
// returns a text for the report, which says how the processors were divided. If the machine has
// only one processor, or if this program did not start the server, Apart binds nothing.
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
	b.ends = append(b.ends, func() { _ = errors.Join(bind(all, os.Getpid()), bind(all, b.Lab.Server.PID())) }) // the binding of a process that has ended needs no undoing
	return "the generator has a processor of its own", errors.Join(bind(generator, os.Getpid()), bind(others, measured...))
}

// bind restricts all threads of the processes, and of their child processes, to the processors in
// the mask.
func bind(to unix.CPUSet, pids ...int) error {
	for _, pid := range pids {
		for range 2 { // the second pass includes threads that started during the first pass
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

// children returns the ids of the running children of a process.
func children(pid int) (all []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is valid
	for _, stat := range stats {
		content, err := os.ReadFile(stat)
		if err != nil {
			continue // the process has ended
		}
		fields := strings.Fields(string(content[bytes.LastIndexByte(content, ')')+1:])) // proc(5): the fields after the name are state, parent, …
		child, err := strconv.Atoi(filepath.Base(filepath.Dir(stat)))
		if err == nil && len(fields) > 1 && fields[1] == strconv.Itoa(pid) {
			all = append(all, child)
		}
	}
	return all
}
