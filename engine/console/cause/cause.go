package cause

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Tree is what is known about a correlation id.
type Tree struct {
	ID       string
	Commands []*Command // commands without a known cause, in the order of the log
	Events   int
	From, To int64 // range of positions that was scanned
	Earlier  int64 // a position whose range comes before; 0: the range begins at the start of the log
	Later    int64 // a position whose range comes after; 0: the range ends at the end of the log
	Cut      bool  // there are more events than the tree has
}

// Read returns the tree of a correlation id. It scans the positions around near, or the last ones
// of the log if near is 0.
func (r Reader) Read(ctx context.Context, id string, near int64) (Tree, error) {
	head, err := r.Log.Head(ctx)
	if err != nil {
		return Tree{}, err
	}
	tree := Tree{ID: id}
	tree.From, tree.To = scanned(near, head)
	if tree.From > 1 {
		tree.Earlier = max(1, tree.From-span/2)
	}
	if tree.To < head {
		tree.Later = min(head, tree.To+span/2)
	}
	events, err := r.Log.Correlated(ctx, id, tree.From-1, tree.To, mostEvents+1)
	if err != nil {
		return Tree{}, err
	}
	if events, err = r.follow(ctx, id, events); err != nil {
		return Tree{}, err
	}
	if tree.Cut = len(events) > mostEvents; tree.Cut {
		events = events[:mostEvents]
	}
	waits, err := r.waiting(ctx, id, events)
	if err != nil {
		return Tree{}, err
	}
	tree.Events = len(events)
	tree.Commands = grow(events, waits)
	return tree, nil
}

// scanned returns the first and the last position of the range that a read scans.
func scanned(near, head int64) (from, to int64) {
	if near <= 0 {
		near = head
	}
	to = min(head, near+span/2)
	return max(1, to-span+1), to
}

// follow adds the events of the workflow instances to which the events belong. An instance may
// react days later, when its timer fires. The id of an instance is the id of one of its streams, or
// comes from the workflow; follow finds only the first kind.
func (r Reader) follow(ctx context.Context, id string, events []event.Recorded) ([]event.Recorded, error) {
	const sql = `SELECT DISTINCT p.position FROM workflow_instances i, unnest(i.positions) AS p (position)
		WHERE i.workflow = ANY ($1) AND i.id = ANY ($2::uuid[]) ORDER BY p.position LIMIT $3`
	if len(events) == 0 || len(r.Workflows) == 0 {
		return events, nil
	}
	known, streams := make(map[int64]bool, len(events)), make(map[uuid.UUID]bool)
	for _, e := range events {
		known[e.Position], streams[e.StreamID] = true, true
	}
	ids := make([]uuid.UUID, 0, len(streams))
	for stream := range streams {
		ids = append(ids, stream)
	}
	rows, err := r.Pool.Query(ctx, sql, r.Workflows, ids, mostEvents)
	if err != nil {
		return nil, fmt.Errorf("read instances: %w", err)
	}
	var more []int64
	for rows.Next() {
		var position int64
		if err := rows.Scan(&position); err != nil {
			return nil, fmt.Errorf("read instances: %w", err)
		}
		if !known[position] {
			more = append(more, position)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read instances: %w", err)
	}
	for len(more) > 0 {
		some, err := r.Log.AtOn(ctx, r.Pool, more)
		if err != nil || len(some) == 0 {
			return events, err
		}
		last := some[len(some)-1].Position
		more = slices.DeleteFunc(more, func(position int64) bool { return position <= last })
		events = append(events, slices.DeleteFunc(some, func(e event.Recorded) bool { return e.Metadata.CorrelationID != id })...)
	}
	slices.SortFunc(events, func(a, b event.Recorded) int { return int(a.Position - b.Position) })
	return events, nil
}
