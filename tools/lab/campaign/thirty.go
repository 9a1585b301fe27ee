//go:build linux

package main

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/campaign/copies"
)

// ofSample is how many projections the service has. The others of a campaign are copies.
const ofSample = 3

// makeCopies makes the tables of the copies.
func (w *world) makeCopies(ctx context.Context) error {
	for number := 1; number <= w.copies; number++ {
		if err := execute(ctx, w.postgres.owner(), copies.Schema(number)); err != nil {
			return fmt.Errorf("make %s: %w", copies.Name(number), err)
		}
	}
	return nil
}

// withCopies has a projector run the copies, too.
func (w *world) withCopies() string { return fmt.Sprint(copies.Variable, "=", w.copies) }

// readCopies returns the rows of each copy.
func (w *world) readCopies(ctx context.Context) (map[string][copies.Buckets]copies.Row, error) {
	all := make(map[string][copies.Buckets]copies.Row)
	err := session(ctx, w.postgres.owner(), func(ctx context.Context, conn *pgx.Conn) error {
		for number := 1; number <= w.copies; number++ {
			var copied [copies.Buckets]copies.Row
			var bucket int
			var r copies.Row
			rows, _ := conn.Query(ctx, `SELECT bucket, events, amount, last, digest FROM `+copies.Name(number))
			_, err := pgx.ForEachRow(rows, []any{&bucket, &r.Events, &r.Amount, &r.Last, &r.Digest}, func() error {
				copied[bucket] = r
				return nil
			})
			if err != nil {
				return fmt.Errorf("read %s: %w", copies.Name(number), err)
			}
			all[copies.Name(number)] = copied
		}
		return nil
	})
	return all, err
}

// copied is what a copy is to have.
func copied(log []event) (want [copies.Buckets]copies.Row) {
	for _, recorded := range log {
		want[copies.BucketOf(recorded.account)].Add(recorded.position, recorded.id, recorded.delta(), textOf(recorded.kind, recorded.key))
	}
	return want
}

// copiesAreComplete compares each copy with the log.
func copiesAreComplete(e *evidence, v *verdict) {
	want := copied(e.log)
	for name, got := range e.copies {
		v.Looked++
		for bucket := range want {
			if got[bucket] != want[bucket] {
				v.violated("%s has %+v in bucket %d, and the log says %+v", name, got[bucket], bucket, want[bucket])
				break
			}
		}
	}
}
