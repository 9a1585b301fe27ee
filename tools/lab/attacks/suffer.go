//go:build linux

package main

import (
	"context"
	"fmt"
	"slices"

	"example.com/pgcqrs/tools/lab/attacks/attacker"
	"example.com/pgcqrs/tools/lab/attacks/catalog"
	"example.com/pgcqrs/tools/lab/attacks/report"
	"example.com/pgcqrs/tools/lab/attacks/world"
)

// runAll runs the selected attacks one after another.
func runAll(ctx context.Context, w *world.World, o options, tell func(report.Row)) (rows []report.Row, err error) {
	for _, a := range catalog.All {
		if len(o.only) > 0 && !slices.Contains(o.only, a.Name) {
			continue
		}
		r, err := suffer(ctx, w, o, a)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.Name, err)
		}
		tell(r)
		rows = append(rows, r)
	}
	return rows, nil
}

// suffer measures the answers that a client gets: first without an attack, and then while another
// client attacks the service.
func suffer(ctx context.Context, w *world.World, o options, a catalog.Attack) (r report.Row, err error) {
	r.Attack = a
	r.Quiet = w.Victim.Measure(ctx, o.quiet)
	end := func() {}
	if a.Meanwhile != nil {
		if end, err = a.Meanwhile(ctx, w); err != nil {
			return r, err
		}
	}
	defer end()
	job := w.Job
	job.Attack = a.Name
	begun, err := attacker.Begin(job)
	if err != nil {
		return r, err
	}
	r.Beside = w.Victim.Measure(ctx, o.duration)
	if r.Sent, err = begun.End(); err != nil {
		return r, err
	}
	return r, ctx.Err()
}
