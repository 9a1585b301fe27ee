package refold

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/console/difference"
)

// mostRows limits the rows of each table that are compared and shown.
const mostRows = 200

// Row is a row of a read model beside the row that the events make.
type Row struct {
	Key     string // primary key, as JSON
	Live    string // the row that serves; "": there is none
	Refold  string // the row that the events make; "": they make none
	Equal   bool
	Changes []difference.Change // from the row that serves to the one that the events make
}

// Table has the rows of a table that belong to a stream.
type Table struct {
	Name  string
	Rows  []Row
	Equal bool
	More  bool // the table has more rows of the stream than were compared
}

// compare returns the rows that the events have made in the temporary table, beside those that
// serve. A row that serves belongs to the stream if the events have made a row with its primary key.
// It also belongs to the stream if a column with an index has the stream's id.
func (t table) compare(ctx context.Context, tx pgx.Tx, stream uuid.UUID) (Table, error) {
	found := Table{Name: t.name, Equal: true}
	made, err := t.rows(ctx, tx, `SELECT to_jsonb(t) FROM `+t.copied()+` t LIMIT $1`, mostRows+1)
	if err != nil {
		return found, err
	}
	serves := make(map[string][]byte)
	for _, id := range t.ids {
		some, err := t.rows(ctx, tx, `SELECT to_jsonb(t) FROM `+t.live()+` t WHERE t.`+pgx.Identifier{id}.Sanitize()+` = $2 LIMIT $1`, mostRows+1, stream)
		if err != nil {
			return found, err
		}
		for _, row := range some {
			serves[t.keyOf(row)] = row
		}
	}
	if len(t.key) > 0 {
		var columns, on []string
		for _, column := range t.key {
			column = pgx.Identifier{column}.Sanitize()
			columns, on = append(columns, column), append(on, "t."+column+" = made."+column)
		}
		some, err := t.rows(ctx, tx, `SELECT to_jsonb(t) FROM (SELECT `+strings.Join(columns, ", ")+` FROM `+t.copied()+` LIMIT $1) made JOIN `+t.live()+` t ON `+strings.Join(on, " AND "), mostRows+1)
		if err != nil {
			return found, err
		}
		for _, row := range some {
			serves[t.keyOf(row)] = row
		}
	}
	for _, row := range made {
		key := t.keyOf(row)
		found.add(key, serves[key], row)
		delete(serves, key)
	}
	for key, row := range serves {
		found.add(key, row, nil)
	}
	if found.More = len(made) > mostRows || len(serves) > mostRows; found.More {
		found.Rows = found.Rows[:min(len(found.Rows), mostRows)]
	}
	return found, nil
}

func (t *Table) add(key string, live, made []byte) {
	row := Row{Key: key}
	if live != nil {
		row.Live = difference.Show(live)
	}
	if made != nil {
		row.Refold = difference.Show(made)
	}
	if live != nil && made != nil {
		row.Changes = difference.Between(live, made)
		row.Equal = len(row.Changes) == 0
	}
	t.Equal = t.Equal && row.Equal
	t.Rows = append(t.Rows, row)
}

func (t table) rows(ctx context.Context, tx pgx.Tx, sql string, args ...any) ([][]byte, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("read table %s: %w", t.name, err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[json.RawMessage])
	if err != nil {
		return nil, fmt.Errorf("read table %s: %w", t.name, err)
	}
	all := make([][]byte, len(found))
	for i, row := range found {
		all[i] = row
	}
	return all, nil
}

// keyOf returns the primary key of a row as text. For a table without a primary key, the whole row
// is the key.
func (t table) keyOf(row []byte) string {
	var fields map[string]json.RawMessage
	if len(t.key) == 0 || json.Unmarshal(row, &fields) != nil {
		return string(row)
	}
	parts := make([]string, len(t.key))
	for i, column := range t.key {
		parts[i] = column + " " + strings.Trim(string(fields[column]), `"`)
	}
	return strings.Join(parts, ", ")
}
