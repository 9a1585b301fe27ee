package child

import (
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"

	"example.com/pgcqrs/engine/enginetest/devdb/platform"
)

// Guard is a shell process that continues after dev has ended. If dev is killed, it ends dev's
// child processes. Whenever dev starts or ends a child process, dev writes the process groups of
// all children as one line to the shell. When the shell's input ends, the shell ends the process
// groups in the last line.
type Guard struct {
	mu     sync.Mutex
	groups []int
	input  io.WriteCloser
	wait   func() error
}

const guardProgram = `
groups=
while read -r line; do groups=$line; done
[ -n "$groups" ] || exit 0
for g in $groups; do kill -TERM "-$g"; done
n=0
while [ $n -lt 50 ]; do
	left=
	for g in $groups; do ! kill -0 "-$g" || left=1; done
	[ -n "$left" ] || exit 0
	sleep 0.1
	n=$((n + 1))
done
for g in $groups; do kill -KILL "-$g"; done
`

func StartGuard() (*Guard, error) {
	if err := platform.Supported(); err != nil {
		return nil, err
	}
	command := exec.Command("/bin/sh", "-c", guardProgram, "guard")
	command.SysProcAttr = OwnSession()
	input, err := command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("make guard's input: %w", err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start guard: %w", err)
	}
	return &Guard{input: input, wait: command.Wait}, nil
}

func (g *Guard) watch(group int) {
	g.change(func(all []int) []int { return append(all, group) })
}

func (g *Guard) forget(group int) {
	g.change(func(all []int) []int {
		return slices.DeleteFunc(all, func(other int) bool { return other == group })
	})
}

func (g *Guard) change(edit func([]int) []int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.groups = edit(g.groups)
	_, _ = fmt.Fprintln(g.input, strings.Trim(fmt.Sprint(g.groups), "[]")) // if the guard is gone, dev itself still ends its children
}

// Close ends the guard. Call Close after all child processes have ended.
func (g *Guard) Close() {
	_ = g.input.Close()
	_ = g.wait()
}
