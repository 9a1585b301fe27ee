//go:build linux

package world

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
)

// fill inserts many events into the log, all of one account of the attacker.
func (w *World) fill(ctx context.Context, id uuid.UUID) error {
	conn, err := pgx.Connect(ctx, w.databases.Owner)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	columns := []string{"position", "stream_type", "stream_id", "version", "event_id", "type", "schema_version", "data", "metadata", "occurred_at", "recorded_at"}
	began := time.Now().Add(-time.Duration(w.options.Long) * time.Second)
	_, err = conn.CopyFrom(ctx, pgx.Identifier{"events"}, columns, pgx.CopyFromSlice(w.options.Long, func(i int) ([]any, error) {
		var e event.Event = events.MoneyDeposited{Amount: 1}
		if i == 0 {
			e = events.AccountOpened{Owner: "Long", Currency: "EUR", Subject: attackerNamed(0)}
		}
		data, err := json.Marshal(e)
		at := began.Add(time.Duration(i) * time.Second)
		return []any{int64(i) + 1, "account", id, int64(i) + 1, uuid.New(), e.EventType(), int32(1), string(data), "{}", at, at}, err
	}))
	if err != nil {
		return fmt.Errorf("copy a long account: %w", err)
	}
	_, err = conn.Exec(ctx, `ANALYZE events`)
	return err
}

func attackerNamed(i int) string { return fmt.Sprintf("attacker-%d", i) }
