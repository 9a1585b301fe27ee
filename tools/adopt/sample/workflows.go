package sample

import (
	"regexp"
	"strings"
)

// workflowList is the file that lists the service's workflows, and the aggregates to which they
// send commands.
const workflowList = "internal/workflows/workflows.go"

// importsWrite matches the import of the service's aggregates.
var importsWrite = regexp.MustCompile(`(?m)^\t"[^"]*/internal/write"\n`)

// withoutUnused removes the import of the service's aggregates from the text of the list of
// workflows, if the list contains no aggregate any more.
func withoutUnused(text string) string {
	if strings.Contains(text, "(write.") {
		return text
	}
	return importsWrite.ReplaceAllString(text, "")
}
