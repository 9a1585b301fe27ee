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

// untilReady waits until the server accepts connections. It returns an error if the server ends
// first, or if ctx ends first. It also returns an error if a connection fails for a reason that
// waiting does not remove, such as a wrong password.
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

// heals reports whether a connection that failed may succeed later, because the server is just
// starting or stopping. For a wrong password or a wrong configuration it returns false.
func heals(err error) bool {
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		return strings.HasPrefix(refused.Code, "57P") || strings.HasPrefix(refused.Code, "53") // the server is starting or stopping, or has no free connection
	}
	_, network := errors.AsType[*net.OpError](err)
	return network || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
