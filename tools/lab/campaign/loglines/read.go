//go:build linux

package loglines

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"example.com/pgcqrs/engine/enginetest/logschema"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// mostWrong limits how many wrong lines of one program are reported.
const mostWrong = 10

// lastWords matches the line with which a program ends that has failed.
var lastWords = regexp.MustCompile(`^(api|projector): `)

// Read reads the log of each API process and each projector. The current folder must be the root of
// the repository.
func Read(w *world.World) (logs []history.Logged, err error) {
	page, err := os.ReadFile("docs/logs.md")
	if err != nil {
		return nil, fmt.Errorf("read the schema of the logs: %w", err)
	}
	schema, err := logschema.Read(string(page))
	if err != nil {
		return nil, fmt.Errorf("read the schema of the logs: %w", err)
	}
	for _, node := range slices.Concat(w.Apis, w.Projectors) {
		text, err := os.ReadFile(node.Process.Log)
		if err != nil {
			return nil, fmt.Errorf("read a log: %w", err)
		}
		logs = append(logs, compare(schema, node.Process.Name, string(text)))
	}
	return logs, nil
}

// compare compares the lines of a log with the schema.
func compare(schema *logschema.Schema, program, log string) history.Logged {
	logged := history.Logged{Program: program}
	for line := range strings.Lines(log) {
		if isCut(line) || lastWords.MatchString(line) {
			continue
		}
		logged.Lines++
		if err := schema.Check(strings.TrimSuffix(line, "\n")); err != nil && len(logged.Wrong) < mostWrong {
			logged.Wrong = append(logged.Wrong, fmt.Sprintf("%v: %s", err, line))
		}
	}
	return logged
}

// isCut reports whether a line lacks its end, because the program was killed or the disk was full
// while it wrote. The next line of the program may follow directly.
func isCut(line string) bool {
	return !strings.HasSuffix(line, "\n") || strings.HasPrefix(line, `{"time":`) && (!strings.HasSuffix(line, "}\n") || strings.Count(line, `{"time":`) > 1)
}
