package refold

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/console/difference"
	"example.com/pgcqrs/engine/projection"
)

// mostSampled limits the rows of each table that Samples returns.
const mostSampled = 20

// Sample has some rows of a table.
type Sample struct {
	Name string
	Rows []SampleRow
}

// SampleRow is a row of a read model, and the ids in it that may be those of streams.
type SampleRow struct {
	Text    string
	Streams []ID
}

// ID is the value of a column of type uuid.
type ID struct{ Column, ID string }

// Samples returns the first rows of each table of a projection, in the order of the primary key.
func Samples(ctx context.Context, of *projection.Set, name string) (samples []Sample, err error) {
	live, err := of.Find(name)
	if err != nil {
		return nil, err
	}
	err = pgx.BeginTxFunc(ctx, of.Pool, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		for _, name := range live.Tables {
			t, err := describe(ctx, tx, name)
			if err != nil {
				return err
			}
			rows, err := t.rows(ctx, tx, `SELECT to_jsonb(t) FROM `+t.live()+` t`+t.order()+` LIMIT $1`, mostSampled)
			if err != nil {
				return err
			}
			sample := Sample{Name: name}
			for _, row := range rows {
				sample.Rows = append(sample.Rows, SampleRow{difference.Show(row), idsOf(row)})
			}
			samples = append(samples, sample)
		}
		return nil
	})
	return samples, err
}

// order returns ORDER BY for the primary key, whose index gives the first rows.
func (t table) order() string {
	if len(t.key) == 0 {
		return ""
	}
	columns := make([]string, len(t.key))
	for i, column := range t.key {
		columns[i] = "t." + pgx.Identifier{column}.Sanitize()
	}
	return " ORDER BY " + strings.Join(columns, ", ")
}

// idsOf returns the ids in a row, in the order of the columns' names.
func idsOf(row []byte) (ids []ID) {
	var fields map[string]any
	if json.Unmarshal(row, &fields) != nil {
		return nil
	}
	for column, value := range fields {
		text, _ := value.(string)
		if id, err := uuid.Parse(text); err == nil && len(text) == 36 {
			ids = append(ids, ID{column, id.String()})
		}
	}
	slices.SortFunc(ids, func(a, b ID) int { return strings.Compare(a.Column, b.Column) })
	return ids
}
