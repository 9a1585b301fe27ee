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
	//go:embed append_unique.sql
	appendUniqueFile string

	//go:embed append_tagged.sql
	appendTaggedFile string
	//go:embed append_tagged_keyed.sql
	appendTaggedKeyedFile string

	appendSQL, appendKeyedSQL, appendUniqueSQL = withoutComments(appendFile), withoutComments(appendKeyedFile), withoutComments(appendUniqueFile)
	appendTaggedSQL, appendTaggedKeyedSQL      = withoutComments(appendTaggedFile), withoutComments(appendTaggedKeyedFile)
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
	case b.columns.unique():
		return appendUniqueSQL, b.uniqueParameters()
	case b.tags.needed() && keyed:
		return appendTaggedKeyedSQL, slices.Concat(b.columns.parameters(), b.tags.parameters(), b.columns.keys())
	case b.tags.needed():
		return appendTaggedSQL, slices.Concat(b.columns.parameters(), b.tags.parameters())
	case keyed:
		return appendKeyedSQL, b.columns.keyedParameters()
	}
	return appendSQL, b.columns.parameters()
}

// uniqueParameters returns the parameters of append_unique.sql.
func (b *Batch) uniqueParameters() []any {
	return slices.Concat(b.columns.parameters(), b.tags.parameters(), b.columns.keys(), b.columns.claims())
}
