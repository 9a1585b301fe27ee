package volume

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg/failure"
)

// longest is the number of streams that Measure lists.
const longest = 10

// Limits says how much Measure reads.
type Limits struct {
	Events int64         // how many of the last events; 0: all
	Within time.Duration // time limit of each of the two statements
}

// Volume describes the events from the position First to the position Last. If there is none, First
// is larger than Last.
type Volume struct {
	First   int64    `json:"first"`
	Last    int64    `json:"last"`
	Days    []Day    `json:"days"`    // the newest day first, and of a day the most frequent type first
	Longest []Stream `json:"longest"` // the longest of the streams that have an event in the range, at most 10
}

// Day describes the events of one type that were recorded on one day.
type Day struct {
	Day     string `json:"day"` // UTC
	Type    string `json:"type"`
	Events  int64  `json:"events"`
	Bytes   int64  `json:"bytes"`   // sum of the sizes of data and metadata, as they are stored
	Largest int64  `json:"largest"` // size of the largest event
}

// Mean returns the mean size of an event, in bytes.
func (d Day) Mean() int64 { return d.Bytes / max(d.Events, 1) }

// Stream is a stream, with the version of its last event.
type Stream struct {
	StreamType string    `json:"stream_type"`
	StreamID   uuid.UUID `json:"stream_id"`
	Version    int64     `json:"version"`
}

// Measure describes the last events of the log. If a statement takes longer than the time limit,
// Measure returns an error that says so.
func Measure(ctx context.Context, pool *pgxpool.Pool, limits Limits) (v Volume, err error) {
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err = pgx.BeginTxFunc(ctx, pool, options, func(tx pgx.Tx) error {
		// PostgreSQL knows too little about the groups, and would sort all events on disk. Without
		// a sort it needs half a megabyte of memory. The measurement uses one processor.
		const (
			settings = `
				SELECT set_config('statement_timeout', $1, true), set_config('enable_sort', 'off', true),
				       set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true)`
			head = `SELECT coalesce(max(position), 0) FROM events`
		)
		if _, err := tx.Exec(ctx, settings, strconv.FormatInt(max(limits.Within.Milliseconds(), 1), 10)); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, head).Scan(&v.Last); err != nil {
			return err
		}
		v.First = 1
		if limits.Events > 0 {
			v.First = max(v.Last-limits.Events+1, 1)
		}
		if v.Days, err = days(ctx, tx, v.First); err != nil {
			return err
		}
		v.Longest, err = streams(ctx, tx, v.First)
		return err
	})
	if failure.Is(err, failure.QueryCanceled) {
		return Volume{}, fmt.Errorf("measure the log: the events from position %d to %d take longer than %v; measure fewer events, or allow more time", v.First, v.Last, limits.Within)
	}
	if err != nil {
		return Volume{}, fmt.Errorf("measure the log: %w", err)
	}
	return v, nil
}

func days(ctx context.Context, tx pgx.Tx, first int64) ([]Day, error) {
	const sql = `
		SELECT day::text, type, count(*) AS events, sum(size)::bigint AS bytes, max(size)::bigint AS largest
		FROM (
		    SELECT (recorded_at AT TIME ZONE 'UTC')::date AS day, type, pg_column_size(data) + pg_column_size(metadata) AS size
		    FROM events WHERE position >= $1
		) e
		GROUP BY day, type`
	rows, err := tx.Query(ctx, sql, first)
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[Day])
	slices.SortFunc(all, func(a, b Day) int {
		return cmp.Or(cmp.Compare(b.Day, a.Day), cmp.Compare(b.Events, a.Events), cmp.Compare(a.Type, b.Type))
	})
	return all, err
}

func streams(ctx context.Context, tx pgx.Tx, first int64) ([]Stream, error) {
	const sql = `
		SELECT stream_type, stream_id, max(version) AS version FROM events WHERE position >= $1
		GROUP BY stream_type, stream_id ORDER BY version DESC, stream_id LIMIT $2`
	rows, err := tx.Query(ctx, sql, first, longest)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Stream])
}
