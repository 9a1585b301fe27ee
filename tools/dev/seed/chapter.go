package seed

import (
	"context"
	"errors"

	"example.com/pgcqrs/tools/dev/console"
	"example.com/pgcqrs/tools/dev/story"
)

// chapter does a chapter of the story, unless it was done earlier. The parameter title is the
// beginning of the line that chapter prints.
func (r *run) chapter(ctx context.Context, title string, chapter story.Chapter) error {
	if lacks := r.lacks(chapter); lacks != "" {
		r.leftOut++
		console.Say("%s: left out, because it needs %s", title, lacks)
		return nil
	}
	r.looks = append(r.looks, chapter.Looks...)
	done, err := r.holds(ctx, chapter.As, chapter.Unless)
	if err != nil {
		return err
	}
	if done {
		console.Say("%s: it is there", title)
		return r.clear(ctx, chapter) // a run that was killed may have left an obstacle
	}
	asked, there, err := r.tell(ctx, chapter)
	if err != nil {
		return err
	}
	console.Say("%s: %d requests, %d of them done earlier", title, asked, there)
	return nil
}

// tell does the steps of a chapter between its obstacles.
func (r *run) tell(ctx context.Context, chapter story.Chapter) (asked, there int, err error) {
	remove, err := r.block(ctx, chapter)
	defer func() { err = errors.Join(err, remove()) }()
	if err != nil {
		return 0, 0, err
	}
	for _, step := range chapter.Steps {
		did, err := r.step(ctx, step)
		if err != nil {
			return asked, there, err
		}
		asked, there = asked+max(step.Last-step.First, 0)+1, there+did
	}
	return asked, there, nil
}
