package readable

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/personal/operator"
	"example.com/pgcqrs/engine/personal/wrapping"
)

var (
	// ErrUnreadable says that stored keys are wrapped by a key that is not in the file of KEY_URI.
	ErrUnreadable = errors.New("no key of KEY_URI decrypts keys that are stored")

	// ErrNoFile says that the file of KEY_URI can't be read although keys are stored.
	ErrNoFile = errors.New("KEY_URI can't be read")
)

const (
	every        = 10 * time.Second // pause after a check that found nothing
	soon         = time.Second      // pause after a check that found something, or failed
	mostCounted  = 100_000          // largest number of undecryptable keys that are counted for each wrapping key
	mostWrapping = 1000             // largest number of wrapping keys that are checked
	countFor     = 15 * time.Second // time limit of a count, because a broken connection may give no error
)

// Monitor looks for stored keys that none of the operator's keys decrypts. Each stored key begins
// with a prefix that names the key that has wrapped it. A check uses an index of the table
// keys.persons on that prefix. For this reason a check does not count the keys that can be
// decrypted, and takes no longer for many persons than for few.
type Monitor struct {
	pool     *pgxpool.Pool
	operator operator.Key
	gauge    prometheus.Gauge
	logger   *slog.Logger

	mu   sync.Mutex
	well bool  // a check since the start has found that the operator's key belongs to the database
	said int64 // number of undecryptable keys that the last check counted; the same number is not logged again
	err  error // result that Check returns
}

// New returns a Monitor. The pool must connect to the primary, and the registerer may be nil.
func New(pool *pgxpool.Pool, key operator.Key, registerer prometheus.Registerer, logger *slog.Logger) *Monitor {
	return &Monitor{
		pool: pool, operator: key, logger: logger, err: errors.New("nobody has looked yet whether KEY_URI decrypts the keys that are stored"),
		gauge: promauto.With(registerer).NewGauge(prometheus.GaugeOpts{
			Name: "privacy_unreadable_keys", Help: "Stored keys, of persons and of look-ups, that no key of KEY_URI decrypts. The count stops at 100,000.",
		}),
	}
}

// unreadable is the result of a check.
type unreadable struct {
	count   int64 // number of stored keys that no key decrypts; if the key file can't be read, the number of all stored keys
	unread  error // why the key file can't be read
	belongs bool  // the operator's key belongs to the database
}

// count counts the stored keys that none of the operator's keys decrypts. Of the persons' keys that
// one key has wrapped, count counts at most mostCounted.
func (r *Monitor) count(ctx context.Context) (found unreadable, err error) {
	const sql = `
		WITH RECURSIVE wrapping AS ( -- each prefix once: from one prefix to the next, by the index
		    (SELECT substr(wrapped, 1, 5) AS prefix FROM keys.persons ORDER BY 1 LIMIT 1)
		    UNION ALL
		    SELECT (SELECT substr(p.wrapped, 1, 5) FROM keys.persons p WHERE substr(p.wrapped, 1, 5) > w.prefix ORDER BY 1 LIMIT 1)
		    FROM wrapping w WHERE w.prefix IS NOT NULL
		), unknown AS (
		    SELECT prefix FROM (SELECT prefix FROM wrapping WHERE prefix IS NOT NULL LIMIT $2) w WHERE prefix <> ALL ($1)
		)
		SELECT coalesce(sum(n), 0) + (SELECT count(*) FROM keys.secrets WHERE name <> $4 AND substr(wrapped, 1, 5) <> ALL ($1))
		FROM unknown CROSS JOIN LATERAL (
		    SELECT count(*) AS n FROM (SELECT FROM keys.persons WHERE substr(wrapped, 1, 5) = unknown.prefix LIMIT $3) bounded
		) counted`
	ctx, cancel := context.WithTimeout(ctx, countFor)
	defer cancel()
	prefixes, unread := r.operator.Prefixes()
	found.unread = unread
	if prefixes == nil {
		prefixes = [][]byte{}
	}
	if err := r.pool.QueryRow(ctx, sql, prefixes, mostWrapping, mostCounted, wrapping.Fingerprints).Scan(&found.count); err != nil {
		return found, fmt.Errorf("count the keys that no key decrypts: %w", err)
	}
	if unread != nil {
		return found, nil
	}
	err = wrapping.Belongs(ctx, wrapping.QueryOf(r.pool), r.operator, prefixes)
	if errors.Is(err, wrapping.ErrForeign) {
		return found, nil
	}
	found.belongs = err == nil
	return found, err
}

// look makes a check and stores its result. If an earlier check has found that the operator's key
// belongs to the database, a failed check does not change the stored result.
func (r *Monitor) look(ctx context.Context) error {
	found, err := r.count(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		if !r.well {
			r.err = err
		}
		return err
	}
	r.gauge.Set(float64(found.count))
	r.well = r.well || found.belongs
	switch {
	case found.unread != nil && found.count > 0:
		r.err = fmt.Errorf("%w, and %d stored keys need it: %w", ErrNoFile, found.count, found.unread)
	case found.unread != nil:
		if !r.well {
			r.err = found.unread
		}
		return found.unread
	case found.count > 0:
		r.err = fmt.Errorf("%w: %d", ErrUnreadable, found.count)
	default:
		r.err = nil
	}
	if found.count > 0 && found.count != r.said {
		r.logger.ErrorContext(ctx, "stored keys can't be decrypted: have the file of KEY_URI readable, or put the key back that decrypts them, from a copy",
			"keys", found.count, "error", r.err)
	}
	r.said = found.count
	return r.err
}

// Run checks the stored keys until ctx ends.
func (r *Monitor) Run(ctx context.Context) error {
	for {
		err, pause := r.look(ctx), every
		if err != nil {
			pause = soon
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

// Check returns the result that the function look has stored; nil means that all stored keys could
// be decrypted. Before the first check, Check returns an error.
func (r *Monitor) Check(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// GoesOn reports whether a process keeps working in spite of an error of Check. After ErrUnreadable
// and ErrNoFile, a process keeps working if an earlier check has found that the operator's key
// belongs to the database (see wrapping.Belongs). A process without an operator's key keeps working
// after these errors, too: most requests need no key. If no check has found that the operator's key
// belongs to the database, the process was probably given the wrong file, and does not keep
// working.
func (r *Monitor) GoesOn(err error) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return (r.well || operator.None(r.operator)) && (errors.Is(err, ErrUnreadable) || errors.Is(err, ErrNoFile))
}
