package pg

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Every connection sets these at its start, whatever server, database and login say: later
// changes of those do not reach it.
const (
	synchronousCommit = "synchronous_commit"
	isolation         = "default_transaction_isolation"
	readCommitted     = "read committed"

	clientEncoding = "client_encoding"

	remoteApply = "remote_apply"
	utf8        = "UTF8"
)

// commitDurably has a connection's commits wait for the disk, and for the required standby
// where there is one. remote_apply waits for more, and stays if the URL says so.
func commitDurably(params map[string]string) {
	if !strings.EqualFold(params[synchronousCommit], remoteApply) {
		params[synchronousCommit] = "on"
	}
	params[isolation] = readCommitted
}

// keepRemoteApply leaves the server's own synchronous_commit, or that of the database or the
// login, where it is stronger than ours. It asks a session that does not set it. A pool that
// may be away is only read from.
func (p Pool) keepRemoteApply(ctx context.Context, config *pgx.ConnConfig) error {
	if p.MayBeAway {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	bare := config.Config.Copy()
	delete(bare.RuntimeParams, synchronousCommit)
	conn, err := pgconn.ConnectConfig(ctx, bare)
	if err != nil {
		return err
	}
	defer closeNow(conn)
	own, err := ask(ctx, conn, `SHOW `+synchronousCommit)
	if err != nil {
		return fmt.Errorf("read %s: %w", synchronousCommit, err)
	}
	if own == remoteApply {
		config.RuntimeParams[synchronousCommit] = remoteApply
	}
	return nil
}
