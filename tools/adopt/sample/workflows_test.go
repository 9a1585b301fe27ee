package sample

import (
	"go/format"
	"strings"
	"testing"

	"example.com/pgcqrs/tools/adopt/cut"
)

// After the template's sample was removed, the list of workflows is empty, and its file has no
// unused import. If the service has a workflow of its own, the file still contains everything that
// this workflow needs.
func TestTheListOfWorkflowsWithoutTheSample(t *testing.T) {
	t.Parallel()
	left := func(text string) string {
		for _, c := range cuts {
			if c.file == workflowList {
				text = cut.Lines(text, c.lines)
			}
		}
		text = withoutUnused(text)
		if _, err := format.Source([]byte(text)); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
		return text
	}
	shipped := fileOf(t, workflowList)
	for _, not := range []string{"transfer", "account", "/internal/write\"", "NewTarget"} {
		if text := left(shipped); strings.Contains(text, not) {
			t.Errorf("it has %q:\n%s", not, text)
		}
	}
	own := strings.Replace(shipped, "\t\t// Every aggregate", "\t\tworkflow.NewTarget(write.Orders, map[string]order.Command{\"remind\": order.Remind{}}),\n\t\t// Every aggregate", 1)
	if text := left(own); !strings.Contains(text, "NewTarget(write.Orders") || !strings.Contains(text, "/internal/write\"") {
		t.Errorf("a target of the service is\n%s", text)
	}
}
