package dsn

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg/standby"
)

// Config parses a database URL and adds the parameters that every session of this module needs. A
// value in the URL takes precedence over these parameters. If a value in the URL contradicts a
// guarantee, Config returns an error.
func Config(url, name string) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errForm
	}
	if mode := config.ConnConfig.DefaultQueryExecMode; mode == pgx.QueryExecModeExec || mode == pgx.QueryExecModeSimpleProtocol {
		return nil, errors.New("the URL sets default_query_exec_mode to exec or simple_protocol, which send arguments without their types, " +
			"and no command works: leave it out, or let it be cache_statement, cache_describe or describe_exec")
	}
	config.ConnConfig.OnNotice = standby.Mark
	params := config.ConnConfig.RuntimeParams
	if err := readParameters(params); err != nil {
		return nil, err
	}
	commitDurably(params)
	params[ClientEncoding] = UTF8 // a database or a login may set another encoding, and the server would convert the text
	SetDefault(params, "application_name", name)
	SetDefault(params, "timezone", "UTC")
	SetDefault(params, "jit", "off") // the statements are short: compiling them costs more than running them
	return config, nil
}

// SetDefault sets a parameter, unless the URL has set it.
func SetDefault(params map[string]string, name, value string) {
	if _, given := params[name]; !given {
		params[name] = value
	}
}

// commitDurably sets parameters that make each COMMIT wait until the transaction is on disk. If a
// standby is required, the COMMIT also waits until the standby has the transaction. If the URL sets
// remote_apply, commitDurably keeps that value, because remote_apply waits for more.
func commitDurably(params map[string]string) {
	if !strings.EqualFold(params[SynchronousCommit], RemoteApply) {
		params[SynchronousCommit] = "on"
	}
	params[Isolation] = ReadCommitted
}
