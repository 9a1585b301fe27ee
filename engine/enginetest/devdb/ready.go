package devdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// untilReady waits for an answer, for the end of the server or of ctx, or for an error that waiting
// does not fix.
func (s *Server) untilReady(ctx context.Context, u string) error {
	retry := time.NewTicker(10 * time.Millisecond)
	defer retry.Stop()
	for {
		conn, err := pgx.Connect(ctx, u)
		if err == nil {
			return conn.Close(ctx)
		}
		if ctx.Err() == nil && !heals(err) {
			return fmt.Errorf("connect to the server: %w", err)
		}
		select {
		case <-s.exited:
			return errors.New("the server ended: " + s.Cluster.LastWords())
		case <-ctx.Done():
			return fmt.Errorf("wait for the server: %w: %s; the last connection: %w", ctx.Err(), s.Cluster.LastWords(), err)
		case <-retry.C:
		}
	}
}

// heals reports whether a failed connection may succeed later: the server does not listen yet, or
// is starting. A wrong password or configuration stays wrong.
func heals(err error) bool {
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		return strings.HasPrefix(refused.Code, "57P") || strings.HasPrefix(refused.Code, "53") // it starts, stops, or is full
	}
	_, network := errors.AsType[*net.OpError](err)
	return network || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
