// Package console is what dev prints: its own lines, and those of the programs that it starts, each with the
// name of who said it.
package console

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
)

// keptLines is how many last lines of a child are shown when it dies.
const keptLines = 10

// Prefixed writes whole lines to our output, each with the name of who said it.
type Prefixed struct {
	name string
	mu   sync.Mutex
	part []byte
	tail []string

	listens bool // it has said so
}

func NewPrefixed(name string) *Prefixed { return &Prefixed{name: name} }

func (p *Prefixed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.part = append(p.part, b...)
	for {
		line, rest, whole := bytes.Cut(p.part, []byte("\n"))
		if !whole {
			return len(b), nil
		}
		fmt.Printf("%s | %s\n", p.name, line)
		p.listens = p.listens || bytes.Contains(line, []byte("msg=listening")) || bytes.Contains(line, []byte(`"msg":"listening"`))
		p.tail = append(p.tail[max(0, len(p.tail)-keptLines+1):], string(line))
		p.part = bytes.Clone(rest)
	}
}

// Listening says whether the program has said that it listens.
func (p *Prefixed) Listening() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.listens
}

// Last is the end of what was written.
func (p *Prefixed) Last() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return "  " + strings.Join(append(p.tail, string(p.part)), "\n  ")
}

// Say tells the developer what happens, and why.
func Say(format string, args ...any) { fmt.Printf("dev | "+format+"\n", args...) }
