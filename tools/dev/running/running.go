// Package running tells one command of dev where the service runs that another command has started.
//
// The command dev run writes the addresses to a file in the folder of its data, and removes the
// file when it ends. The file contains passwords, so only its owner can read it. The command dev
// seed reads the file. Without a file, package running asks docker compose for the addresses of the
// containers.
//
// In reading order: running.go has the addresses and the file, compose.go asks docker compose, and
// find.go chooses between them.
package running

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"example.com/pgcqrs/tools/dev/environment"
)

// Stack has the addresses of a running service. An empty field is not known.
type Stack struct {
	API      string // URL
	Issuer   string // URL of the development issuer of tokens
	Database string // URL, with the login of the owner of the schema
	Broker   string // URL
	Ops      string // shell code that runs cmd/ops; it contains {} in the place of the arguments
}

// variables are the names of the addresses in the file. The file can also be read by a shell:
// cmd/ops reads DATABASE_URL.
const (
	apiVariable      = "API_URL"
	issuerVariable   = "ISSUER_URL"
	databaseVariable = "DATABASE_URL"
	brokerVariable   = "NATS_URL"
)

func file(dir string) string { return filepath.Join(dir, "stack.env") }

// Write writes the addresses to a file in the folder of the data. The function that Write returns
// removes the file.
func (s Stack) Write(dir string) (remove func(), err error) {
	var text strings.Builder
	for _, pair := range [][2]string{{apiVariable, s.API}, {issuerVariable, s.Issuer}, {databaseVariable, s.Database}, {brokerVariable, s.Broker}} {
		fmt.Fprintf(&text, "%s=%s\n%s_FILE=\n", pair[0], environment.Quoted(pair[1]), pair[0]) // a set NAME_FILE would contradict NAME
	}
	path := file(dir)
	_ = os.Remove(path) // other users may be able to read an old file
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		return nil, fmt.Errorf("write the addresses of the service: %w", err)
	}
	return func() { _ = os.Remove(path) }, nil
}

// read reads the file in the folder of the data. If there is no file, read returns an empty Stack.
func read(dir string) (Stack, error) {
	text, err := os.ReadFile(file(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return Stack{}, nil
	}
	if err != nil {
		return Stack{}, fmt.Errorf("read the addresses of the service: %w", err)
	}
	values := make(map[string]string)
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		values[name] = environment.Unquoted(value)
	}
	return Stack{
		API: values[apiVariable], Issuer: values[issuerVariable], Database: values[databaseVariable], Broker: values[brokerVariable],
		Ops: "(set -a; . " + environment.Quoted(file(dir)) + "; go run ./cmd/ops {})",
	}, nil
}
