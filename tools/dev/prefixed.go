package main

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
)

// keptLines is how many last lines of a child are shown when it dies.
const keptLines = 10

// prefixed writes whole lines to our output, each with the name of who said it.
type prefixed struct {
	name string
	mu   sync.Mutex
	part []byte
	tail []string

	listens bool // it has said so
}

func newPrefixed(name string) *prefixed { return &prefixed{name: name} }

func (p *prefixed) Write(b []byte) (int, error) {
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

// listening says whether the program has said that it listens.
func (p *prefixed) listening() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.listens
}

// last is the end of what was written.
func (p *prefixed) last() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return "  " + strings.Join(append(p.tail, string(p.part)), "\n  ")
}
