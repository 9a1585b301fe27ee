package programs

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/logschema"
)

// schema is the schema of the programs' logs; nil: the logs are not checked.
var schema *logschema.Schema

// HoldLogsTo makes each test fail if one of its programs logs a line that a page (docs/logs.md) does
// not describe. The function TestMain calls HoldLogsTo before Main. If the page can't be read,
// HoldLogsTo ends the process.
func HoldLogsTo(page string) {
	text, err := os.ReadFile(page)
	if err == nil {
		schema, err = logschema.Read(string(text))
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "read the schema of the logs: %v\n", err)
		os.Exit(1)
	}
}

// lastWords matches the line with which a program ends that has failed.
var lastWords = regexp.MustCompile(`^[a-z]+: `)

// checkLog compares the log of a program that has ended with the schema. If the program has failed
// or was killed, its last line may be an error, or cut off.
func checkLog(t testing.TB, log string, failed bool) {
	t.Helper()
	if schema == nil {
		return
	}
	lines := strings.Split(strings.TrimSuffix(log, "\n"), "\n")
	for i, line := range lines {
		err := schema.Check(line)
		isLast := failed && i == len(lines)-1
		if err == nil || isLast && (lastWords.MatchString(line) || !strings.HasSuffix(line, "}")) {
			continue
		}
		t.Errorf("docs/logs.md does not describe a line of the log: %v\n%s", err, line)
	}
}
