// Package seed fills a running service with the data of a story (the command dev seed), so that
// each page, each panel and each subcommand of ops has something to show.
//
// A story is a file of requests, which package story describes. Package seed sends the requests
// through the public API, with tokens of the development issuer, as a client does. Two things can't
// be had by requests: a stream that a projection parks, and a message that the broker refuses. For
// these a story puts an obstacle in the way of one row or of one message for a moment: a statement
// that another statement takes back, or a limit of the broker's stream. The programs of the service
// run unchanged meanwhile. When the obstacle is gone, an operator can retry and redrive what is
// left.
//
// A second run changes nothing. Each command has an Idempotency-Key that is computed from the
// story, and the conditions of the story recognize chapters that were done when these keys had
// expired. Obstacles are removed even if the run fails or is stopped; if it was killed, the next
// run removes them.
//
// In reading order: run.go has the state of a run, client.go sends requests, conditions.go checks
// conditions, obstacles.go has the obstacles, step.go and chapter.go do the parts of a story,
// look.go prints what there is, and seed.go connects all of it. Package seed knows no route except
// those of the engine (/healthz and the feed), and must never write to a service on another
// machine.
package seed

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/devtool/arguments"
	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
	"example.com/pgcqrs/tools/dev/console"
	"example.com/pgcqrs/tools/dev/environment"
	"example.com/pgcqrs/tools/dev/running"
	"example.com/pgcqrs/tools/dev/story"
)

// Run does the story of this clone on the service that runs.
func Run(ctx context.Context, flags arguments.Seed) error {
	if err := environment.ReadFiles(); err != nil {
		return err
	}
	told, err := read()
	if err != nil {
		return err
	}
	stack, err := running.Find(ctx, running.Asked{API: flags.API, Issuer: flags.Issuer, Data: flags.Data})
	if err != nil {
		return err
	}
	if stack.Issuer == "" {
		return errors.New("dev seed acts as several people, and needs the issuer of tokens for development: start the service without AUTH and AUTH_ISSUER, or name the issuer with -issuer")
	}
	r := &run{stack: stack, story: told, client: newClient(stack), unlimited: -1}
	if stack.Database != "" {
		if r.db, err = pgx.Connect(ctx, stack.Database); err != nil {
			return fmt.Errorf("connect to the database of the service (DATABASE_URL): %w", withoutURL(err))
		}
		defer func() { _ = r.db.Close(context.WithoutCancel(ctx)) }()
	}
	return r.all(ctx)
}

func read() (story.Story, error) {
	text, err := os.ReadFile(filepath.Join(gotool.Root(), storyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return story.Story{}, fmt.Errorf("there is no %s: write the requests of a story for your service into it; the comment in tools/dev/story/story.go describes the form", storyFile)
	}
	if err != nil {
		return story.Story{}, fmt.Errorf("read the story: %w", err)
	}
	told, err := story.Parse(string(text))
	if err != nil {
		return story.Story{}, fmt.Errorf("read %s: %w", storyFile, err)
	}
	return told, nil
}

// all does all chapters, and prints what there is.
func (r *run) all(ctx context.Context) error {
	started := time.Now()
	before, err := r.client.head(ctx, r.person())
	if err != nil {
		return err
	}
	console.Say("seeding %s with the story in %s; the log is at position %s", r.stack.API, storyFile, before)
	for i, chapter := range r.story.Chapters {
		if err := r.chapter(ctx, fmt.Sprintf("%2d/%d  %s", i+1, len(r.story.Chapters), chapter.Title), chapter); err != nil {
			return fmt.Errorf("chapter %q: %w\nRun this again: what is there already is not done again", chapter.Title, err)
		}
	}
	after, err := r.client.head(ctx, r.person())
	if err != nil {
		return err
	}
	if before == after {
		console.Say("everything was there: no event was added, and the log is still at position %s", after)
	} else {
		console.Say("done in %.1f s; the log went from position %s to %s", time.Since(started).Seconds(), before, after)
	}
	return r.show()
}

// person returns a person of the story.
func (r *run) person() story.Person {
	for _, chapter := range r.story.Chapters {
		for _, step := range chapter.Steps {
			return step.As
		}
	}
	return story.Person{Name: "ada"}
}
