package pg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Pool is how a pool of connections is opened.
type Pool struct {
	Name      string // shows in pg_stat_activity
	MaxConns  int32
	Needs     Needs
	Timeouts  Timeouts
	MayBeAway bool // now: Open returns the pool with ErrAway

	// Where the URL sets no search_path: what the database has, whatever the login has set for
	// itself, or this one.
	PinPath    bool
	SearchPath string
}

// ErrAway says that a database can't be reached now; it may be later.
var ErrAway = errors.New("it does not answer")

// proveFor bounds the look at a database that may be away.
const proveFor = 5 * time.Second

// Open makes a pool without time-outs; see Pool.
func Open(ctx context.Context, url, name string, maxConns int32) (*pgxpool.Pool, error) {
	return Pool{Name: name, MaxConns: maxConns}.Open(ctx, url)
}

// Open makes the pool, proves that a connection works, and that no pooler in between
// takes away what is needed. Errors never hold the URL: it has a password.
func (p Pool) Open(ctx context.Context, url string) (*pgxpool.Pool, error) {
	config, err := Config(url, p.Name)
	if err != nil {
		return nil, err
	}
	config.MaxConns = p.MaxConns
	p.Timeouts.Bound(config)
	if p.SearchPath != "" {
		setDefault(config.ConnConfig.RuntimeParams, searchPath, p.SearchPath)
	}
	asked := p.keepRemoteApply(ctx, config.ConnConfig)
	if asked == nil {
		asked = p.pinPath(ctx, config.ConnConfig)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err = asked; err == nil {
		err = p.prove(ctx, pool)
	}
	if err != nil && p.MayBeAway && away(err) {
		return pool, fmt.Errorf("%w: %w", ErrAway, withoutURL(err))
	}
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("reach database %q on %s:%d: %w", config.ConnConfig.Database,
			config.ConnConfig.Host, config.ConnConfig.Port, withoutURL(err))
	}
	return pool, nil
}

func (p Pool) prove(ctx context.Context, pool *pgxpool.Pool) error {
	if p.MayBeAway {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, proveFor)
		defer cancel()
	}
	if err := checkPooler(ctx, pool.Config().ConnConfig, p.Needs); err != nil {
		return err
	}
	return pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		return p.Timeouts.check(ctx, conn.Conn().PgConn())
	})
}

// Config parses a database URL and adds what all our sessions want. What the URL sets goes
// first; it is refused if it contradicts a guarantee.
func Config(url, name string) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errForm
	}
	if mode := config.ConnConfig.DefaultQueryExecMode; mode == pgx.QueryExecModeExec || mode == pgx.QueryExecModeSimpleProtocol {
		return nil, errors.New("the URL sets default_query_exec_mode to exec or simple_protocol, which send arguments without their types, " +
			"and no command works: leave it out, or let it be cache_statement, cache_describe or describe_exec")
	}
	config.ConnConfig.OnNotice = markNotReplicated
	params := config.ConnConfig.RuntimeParams
	if err := readParameters(params); err != nil {
		return nil, err
	}
	commitDurably(params)
	params[clientEncoding] = utf8 // a database or a login may say another, and the server would convert what we send
	setDefault(params, "application_name", name)
	setDefault(params, "timezone", "UTC")
	setDefault(params, "jit", "off") // our statements are short: compiling them costs more than running them
	return config, nil
}

// setDefault sets what the URL does not.
func setDefault(params map[string]string, name, value string) {
	if _, given := params[name]; !given {
		params[name] = value
	}
}

// away is true of what passes by itself: nobody there, no answer, starting up or
// shutting down. A wrong password does not.
func away(err error) bool {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return strings.HasPrefix(pgErr.Code, "57P") || strings.HasPrefix(pgErr.Code, "53")
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	return connecting || pgconn.Timeout(err) || errors.Is(err, context.DeadlineExceeded)
}

// withoutURL keeps the reason of a failed connection and drops the rest.
func withoutURL(err error) error {
	if explained := cmp.Or(refusedParameter(err), refusedValue(err)); explained != nil {
		return explained
	}
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return fmt.Errorf("%s (SQLSTATE %s)", pgErr.Message, pgErr.Code)
	}
	if connectErr, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return errors.Unwrap(connectErr)
	}
	return err
}
