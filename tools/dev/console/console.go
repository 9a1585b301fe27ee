// Package console prints dev's own lines, and the output of the programs that dev starts. Each
// printed line begins with the name of the program that wrote it.
package console

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// keptLines is the number of lines of a child process's output that dev keeps. When the child
// process dies, dev prints these last lines.
const keptLines = 10

// saysListening matches the line with which a program says that it accepts connections, as JSON, as
// text, and as the text of programs of an older engine.
var saysListening = regexp.MustCompile(`"msg":"listening"|^[0-9:.]+ INFO +listening |msg=listening`)

// Prefixed is a writer that prints whole lines to dev's output. Each line begins with a program's
// name.
type Prefixed struct {
	name string
	mu   sync.Mutex
	part []byte
	tail []string

	listens bool // the program has logged that it accepts connections
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
		p.listens = p.listens || saysListening.Match(line)
		p.tail = append(p.tail[max(0, len(p.tail)-keptLines+1):], string(line))
		p.part = bytes.Clone(rest)
	}
}

// Listening reports whether the program has logged that it accepts connections.
func (p *Prefixed) Listening() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.listens
}

// Last returns the last lines of the program's output.
func (p *Prefixed) Last() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return "  " + strings.Join(append(p.tail, string(p.part)), "\n  ")
}

// Say prints a line of dev itself for the developer.
func Say(format string, args ...any) { fmt.Printf("dev | "+format+"\n", args...) }
