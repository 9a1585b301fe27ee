package output

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/google/uuid"
)

// Deed says what a subcommand has done to one object, such as a stream. If Error is set, nothing
// was done.
type Deed struct {
	Did        string     `json:"did"`
	Projection string     `json:"projection,omitempty"`
	Workflow   string     `json:"workflow,omitempty"`
	Instance   *uuid.UUID `json:"instance,omitempty"`  // of the workflow
	Instances  *int       `json:"instances,omitempty"` // how many instances of the workflow
	Stream     *uuid.UUID `json:"stream,omitempty"`
	Version    int64      `json:"version,omitempty"`  // first version of the stream that was applied
	Messages   *int64     `json:"messages,omitempty"` // how many messages were moved back to the outbox
	Position   *int64     `json:"position,omitempty"` // position of the log from which on the workflow reacts
	Jobs       []int64    `json:"jobs,omitempty"`     // ids of jobs
	Added      []string   `json:"added,omitempty"`    // what the jobs do that were missing, and are added again
	Running    []int64    `json:"running,omitempty"`  // ids of jobs that could not be cancelled, because they are being done
	Ranges     *int64     `json:"ranges,omitempty"`   // how many ranges of positions
	Seconds    float64    `json:"seconds,omitempty"`  // how long it took
	Link       string     `json:"link,omitempty"`     // link that logs in to the console
	Error      string     `json:"error,omitempty"`
}

// Say prints one Deed: as a JSON object if asJSON is true, and otherwise as a sentence.
func Say(out io.Writer, asJSON bool, done Deed, format string, args ...any) error {
	if asJSON {
		return JSON(out, done)
	}
	_, err := fmt.Fprintf(out, format+"\n", args...)
	return err
}

// JSON prints a value as indented JSON.
func JSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// Table prints aligned columns.
type Table struct{ columns *tabwriter.Writer }

// NewTable returns a Table that has the names of the columns in its first row.
func NewTable(out io.Writer, columns ...any) Table {
	t := Table{tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)}
	t.Row(columns...)
	return t
}

// Row adds a row.
func (t Table) Row(columns ...any) {
	for i, column := range columns {
		if i > 0 {
			fmt.Fprint(t.columns, "\t")
		}
		fmt.Fprint(t.columns, column)
	}
	fmt.Fprintln(t.columns)
}

// Flush writes the rows.
func (t Table) Flush() error { return t.columns.Flush() }
