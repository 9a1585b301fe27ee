package output

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/google/uuid"
)

// Deed is what a verb has done, as -json prints it. With an Error it was not done.
type Deed struct {
	Did        string     `json:"did"`
	Projection string     `json:"projection,omitempty"`
	Stream     *uuid.UUID `json:"stream,omitempty"`
	Version    int64      `json:"version,omitempty"`  // of the stream, from which on it was applied
	Messages   *int64     `json:"messages,omitempty"` // moved back to the outbox
	Ranges     *int64     `json:"ranges,omitempty"`   // of positions
	Seconds    float64    `json:"seconds,omitempty"`  // that it took
	Error      string     `json:"error,omitempty"`
}

// Say prints one deed: as its sentence, or as the JSON object.
func Say(out io.Writer, asJSON bool, done Deed, format string, args ...any) error {
	if asJSON {
		return JSON(out, done)
	}
	_, err := fmt.Fprintf(out, format+"\n", args...)
	return err
}

// JSON prints a value, indented.
func JSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// Table prints columns for people.
type Table struct{ columns *tabwriter.Writer }

// NewTable returns a Table, with the names of its columns as the first row.
func NewTable(out io.Writer, columns ...any) Table {
	t := Table{tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)}
	t.Row(columns...)
	return t
}

// Row adds a line.
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
