package seed

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/pgcqrs/engine/enginetest/devtool/launch"
	"example.com/pgcqrs/engine/outbox/natsbroker"
	"example.com/pgcqrs/tools/dev/story"
)

// removeWithin is the time limit for the removal of an obstacle.
const removeWithin = 15 * time.Second

// lacks returns what a chapter needs and this run does not have, or "".
func (r *run) lacks(chapter story.Chapter) string {
	switch {
	case chapter.NeedsDatabase() && r.db == nil:
		return "DATABASE_URL, with the login of the schema's owner"
	case chapter.RefuseOver > 0 && r.stack.Broker == "":
		return "NATS_URL"
	}
	return ""
}

// block puts the obstacles of a chapter in place. The function remove removes them. It must be
// called even if block fails, and even if the run was told to stop.
func (r *run) block(ctx context.Context, chapter story.Chapter) (remove func() error, err error) {
	release := func(context.Context) error { return nil }
	remove = func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), removeWithin)
		defer cancel()
		return errors.Join(release(ctx), r.clear(ctx, chapter))
	}
	for _, sql := range chapter.Do {
		if err := r.execute(ctx, sql); err != nil {
			return remove, err
		}
	}
	if chapter.RefuseOver > 0 {
		refuse := func(now int32) int32 {
			if now != chapter.RefuseOver { // else a run that was killed has left it
				r.unlimited = now
			}
			return chapter.RefuseOver
		}
		if err := r.limit(ctx, refuse); err != nil {
			return remove, err
		}
	}
	if len(chapter.Hold) > 0 {
		release, err = r.hold(ctx, chapter.Hold)
	}
	return remove, err
}

// clear removes the obstacles of a chapter. If they are not there, clear changes nothing.
func (r *run) clear(ctx context.Context, chapter story.Chapter) error {
	var errs []error
	for _, sql := range chapter.Undo {
		errs = append(errs, r.execute(ctx, sql))
	}
	if chapter.RefuseOver > 0 {
		errs = append(errs, r.limit(ctx, func(now int32) int32 {
			if now == chapter.RefuseOver {
				return r.unlimited
			}
			return now // somebody else's limit
		}))
	}
	return errors.Join(errs...)
}

func (r *run) execute(ctx context.Context, sql string) (err error) {
	if r.db.IsClosed() { // pgx closes a connection whose statement was cancelled
		if r.db, err = pgx.Connect(ctx, r.stack.Database); err != nil {
			return fmt.Errorf("connect to the database: %w", withoutURL(err))
		}
	}
	if _, err := r.db.Exec(ctx, r.fill(sql)); err != nil {
		return fmt.Errorf("execute %q: %w", sql, err)
	}
	return nil
}

// hold executes statements in a transaction on a connection of its own. The function release rolls
// the transaction back. If this process is killed, the server rolls it back.
func (r *run) hold(ctx context.Context, statements []string) (release func(context.Context) error, err error) {
	conn, err := pgx.Connect(ctx, r.stack.Database)
	if err != nil {
		return func(context.Context) error { return nil }, fmt.Errorf("connect to the database: %w", withoutURL(err))
	}
	release = conn.Close
	tx, err := conn.Begin(ctx)
	if err != nil {
		return release, fmt.Errorf("begin a transaction: %w", err)
	}
	for _, sql := range statements {
		if _, err := tx.Exec(ctx, r.fill(sql)); err != nil {
			return release, fmt.Errorf("execute %q: %w", sql, err)
		}
	}
	return release, nil
}

// limit changes the maximum size in bytes of a message of the broker's stream. -1 means no limit.
// The function change gets the present limit, and returns the wanted one.
func (r *run) limit(ctx context.Context, change func(now int32) int32) error {
	conn, err := nats.Connect(r.stack.Broker, nats.Name("dev seed"))
	if err != nil {
		return fmt.Errorf("connect to the broker (NATS_URL): %w", err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		return fmt.Errorf("use the broker's streams: %w", err)
	}
	stream, err := js.Stream(ctx, natsbroker.StreamName(launch.Service()))
	if err != nil {
		return fmt.Errorf("look at the broker's stream: %w", err)
	}
	config := stream.CachedInfo().Config
	wanted := change(config.MaxMsgSize)
	if wanted == config.MaxMsgSize {
		return nil
	}
	config.MaxMsgSize = wanted
	if _, err := js.UpdateStream(ctx, config); err != nil {
		return fmt.Errorf("limit the size of the broker's messages: %w", err)
	}
	return nil
}

// withoutURL removes the URL from the error that pgx returns for an invalid URL, because the URL
// may contain a password.
func withoutURL(err error) error {
	if _, ok := errors.AsType[*pgconn.ParseConfigError](err); ok {
		return errors.New("it is no URL of a database")
	}
	return err
}
