//go:build linux

package session

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Execute and One run SQL on a new connection, for at most 30 s.
func Execute(ctx context.Context, url, sql string) error {
	return Run(ctx, url, func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, sql)
		return err
	})
}

func One[T any](ctx context.Context, url, sql string) (value T, err error) {
	err = Run(ctx, url, func(ctx context.Context, conn *pgx.Conn) error {
		return conn.QueryRow(ctx, sql).Scan(&value)
	})
	return value, err
}

func Run(ctx context.Context, url string, work func(context.Context, *pgx.Conn) error) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connect as the owner: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	return work(ctx, conn)
}
