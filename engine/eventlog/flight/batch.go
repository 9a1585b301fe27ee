package flight

import (
	_ "embed"
	"slices"
	"strings"

	"example.com/pgcqrs/engine/eventlog/encode"
)

// The SQL statements that append a batch. In the file of each statement, a comment explains each
// group of parameters.
var (
	//go:embed append.sql
	appendFile string
	//go:embed append_keyed.sql
	appendKeyedFile string
	//go:embed append_tagged.sql
	appendTaggedFile string
	//go:embed append_full.sql
	appendFullFile string

	appendSQL, appendKeyedSQL      = withoutComments(appendFile), withoutComments(appendKeyedFile)
	appendTaggedSQL, appendFullSQL = withoutComments(appendTaggedFile), withoutComments(appendFullFile)
)

// withoutComments removes the comments from a statement before it is sent, because the server
// repeats the statement in logs and statistics.
func withoutComments(file string) string {
	var words []string
	for line := range strings.Lines(file) {
		code, _, _ := strings.Cut(line, "--")
		words = append(words, strings.Fields(code)...)
	}
	return strings.Join(words, " ")
}

// Batch has the chains of appends that are sent in one flight (one transaction).
type Batch struct {
	columns columns
	tags    tagColumns
	chains  int64
}

// Add adds a chain of appends to the batch.
func (b *Batch) Add(rows *encode.Rows) {
	c := &b.columns
	streams, before := len(c.streamID), len(c.eventID)
	for i := range rows.Streams {
		c.addStream(b.chains, &rows.Streams[i])
	}
	for i := range rows.Events {
		c.addEvent(streams+rows.Events[i].Stream+1, &rows.Events[i])
	}
	for i := range rows.Keyed {
		c.addKeyed(int64(streams+rows.Keyed[i].Stream+1), rows.Keyed[i].Keyed)
	}
	for i := range rows.Claims {
		c.addClaim(int64(streams+rows.Claims[i].Stream+1), i+1, &rows.Claims[i])
	}
	for i := range rows.Appends {
		if a := &rows.Appends[i]; a.Once != nil {
			c.addOnce(streams+a.Stream+1, before, a)
		}
	}
	b.tags.add(rows, streams, before)
	b.chains++
}

// statement returns the SQL that sends the batch, and the arguments of the SQL.
func (b *Batch) statement() (sql string, arguments []any) {
	switch keyed := b.columns.keyed(); {
	case b.columns.unique(), b.tags.needed() && keyed:
		return appendFullSQL, b.fullParameters()
	case b.tags.needed():
		return appendTaggedSQL, b.taggedParameters()
	case keyed:
		return appendKeyedSQL, b.columns.keyedParameters()
	}
	return appendSQL, b.columns.parameters()
}

// taggedParameters returns the parameters of append_tagged.sql.
func (b *Batch) taggedParameters() []any {
	return slices.Concat(b.columns.streams(), b.tags.conditions(), b.columns.records(), b.tags.ofEvents())
}

// fullParameters returns the parameters of append_full.sql.
func (b *Batch) fullParameters() []any {
	return slices.Concat(b.taggedParameters(), b.columns.keys(), b.columns.claims())
}
