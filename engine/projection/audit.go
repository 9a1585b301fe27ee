package projection

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/database"
)

// Audited is what is known of a projection: whether it was given every event of the
// log, once.
type Audited struct {
	Projection  string       `json:"projection"`
	Position    int64        `json:"position"`
	AuditedTo   int64        `json:"audited_to"`  // the last position that an audit has seen
	Compared    int64        `json:"compared"`    // positions that this audit has compared with the log
	Differences []Difference `json:"differences"` // of this and of earlier audits, until they are settled
	NotAudited  []Span       `json:"not_audited"` // nobody noted what was applied there
}

// Difference is a range in which a projection was given other events than there are.
type Difference struct {
	First   int64     `json:"first"`
	Last    int64     `json:"last"`
	Missing int64     `json:"missing"` // events that were not applied; below 0: were applied too often; 0: some of both
	Seen    time.Time `json:"seen"`
}

// Span is the positions from First to Last.
type Span struct {
	First int64 `json:"first"`
	Last  int64 `json:"last"`
}

const auditLock = "audit"

// Audit compares what each projection was given with the log, in the ranges that were
// not compared before, up to where the projection is. The events of parked streams
// count as not given from the parked one on.
func (p *Projector) Audit(ctx context.Context) (found []Audited, err error) {
	err = database.Hold(ctx, p.pool, auditLock, func(ctx context.Context, conn *pgx.Conn) error {
		found, err = p.audit(ctx, conn)
		return err
	})
	return found, err
}

// audits runs an audit now and then, in one process of all.
func (p *Projector) audits(ctx context.Context) error {
	const settleIn = time.Minute // a process that starts has better things to do
	for pause := min(settleIn, p.config.AuditEvery); ; pause = p.config.AuditEvery {
		sleep(ctx, pause)
		if ctx.Err() != nil {
			return nil
		}
		err := database.TryHold(ctx, p.pool, auditLock, func(ctx context.Context, conn *pgx.Conn) error {
			_, err := p.audit(ctx, conn)
			return err
		})
		if err != nil && !errors.Is(err, database.ErrHeld) && ctx.Err() == nil {
			p.config.Logger.Error("audit interrupted", "error", err, "retry_in", p.config.AuditEvery)
		}
	}
}

func (p *Projector) audit(ctx context.Context, conn *pgx.Conn) ([]Audited, error) {
	found := make([]Audited, 0, len(p.projections))
	for _, projection := range p.projections {
		one, err := projection.audit(ctx, conn)
		if err != nil {
			return nil, fmt.Errorf("audit %s: %w", projection.name, err)
		}
		found = append(found, one)
	}
	return found, nil
}

// audit closes what the projection adds to, so that it stands still, and compares it
// and whatever else was not compared yet.
func (p *projection) audit(ctx context.Context, conn *pgx.Conn) (Audited, error) {
	const closeAll = `UPDATE applied_ranges SET closed = true WHERE projection = $1 AND audited_at IS NULL AND NOT closed`
	if _, err := conn.Exec(ctx, closeAll, p.name); err != nil {
		return Audited{}, fmt.Errorf("close ranges: %w", err)
	}
	var compared int64
	for after := int64(0); ; {
		r, err := p.compareNext(ctx, conn, after)
		if errors.Is(err, pgx.ErrNoRows) {
			break
		}
		if err != nil {
			return Audited{}, err
		}
		after, compared = r.First, compared+r.Last-r.First+1
	}
	return p.audited(ctx, conn, compared)
}

// comparison is a range as the projection and as the log have it.
type comparison struct {
	First, Last      int64
	Applied, Given   int64 // events: noted by the projection, and recorded in the log
	Checksum, Should int64
}

// compareNext compares the next range that is not audited, in one snapshot, and writes
// down what it finds unless somebody has added to the range since.
func (p *projection) compareNext(ctx context.Context, conn *pgx.Conn, after int64) (comparison, error) {
	const compare = `
		WITH r AS (
		    SELECT first_position, last_position, events, checksum FROM applied_ranges
		    WHERE projection = $1 AND audited_at IS NULL AND closed AND first_position > $2 ORDER BY first_position LIMIT 1
		)
		SELECT r.first_position AS first, r.last_position AS last, r.events AS applied, r.checksum, l.given, l.should
		FROM r CROSS JOIN LATERAL (
		    SELECT count(*) AS given, coalesce(bit_xor(` + checksumSQL + `), 0) AS should
		    FROM events e
		    WHERE e.position BETWEEN r.first_position AND r.last_position AND NOT EXISTS (
		        SELECT FROM parked_streams s WHERE s.projection = $1 AND s.stream_id = e.stream_id AND s.version <= e.version)) l`
	const settle = `
		UPDATE applied_ranges SET audited_at = clock_timestamp(), missing = $5, differs = $6,
		       accepted_at = CASE WHEN $6 AND missing = $5 THEN accepted_at END
		WHERE projection = $1 AND first_position = $2 AND events = $3 AND checksum = $4`
	ctx, cancel := context.WithTimeout(ctx, p.config.Timeout)
	defer cancel()
	rows, err := conn.Query(ctx, compare, p.name, after)
	if err != nil {
		return comparison{}, err
	}
	r, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[comparison])
	if err != nil {
		return r, err
	}
	differs := r.Applied != r.Given || r.Checksum != r.Should
	if _, err := conn.Exec(ctx, settle, p.name, r.First, r.Applied, r.Checksum, r.Given-r.Applied, differs); err != nil {
		return r, fmt.Errorf("note what was found: %w", err)
	}
	if differs {
		p.logger.Error("the projection was given other events than the log has", "first", r.First, "last", r.Last,
			"recorded", r.Given, "applied", r.Applied)
	}
	return r, nil
}

// audited reads what the audits have found.
func (p *projection) audited(ctx context.Context, conn *pgx.Conn, compared int64) (Audited, error) {
	const position = `
		SELECT coalesce((SELECT position FROM checkpoints WHERE projection = $1), 0),
		       coalesce((SELECT max(last_position) FROM applied_ranges WHERE projection = $1 AND audited_at IS NOT NULL), 0)`
	const differences = `
		SELECT first_position AS first, last_position AS last, missing, coalesce(audited_at, waits_since) AS seen
		FROM applied_ranges WHERE projection = $1 AND differs AND accepted_at IS NULL ORDER BY first_position`
	const gaps = `
		SELECT before + 1 AS first, first_position - 1 AS last
		FROM (SELECT first_position, lag(last_position, 1, 0::bigint) OVER (ORDER BY first_position) AS before
		      FROM (SELECT first_position, last_position FROM applied_ranges WHERE projection = $1
		            UNION ALL SELECT position + 1, position + 1 FROM checkpoints WHERE projection = $1) all_ranges) r
		WHERE first_position > before + 1 ORDER BY first_position`
	a := Audited{Projection: p.name, Compared: compared}
	look := &pgx.Batch{}
	look.BeginTx(pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	look.Queue(position, p.name).QueryRow(func(row pgx.Row) error { return row.Scan(&a.Position, &a.AuditedTo) })
	look.Queue(differences, p.name).Query(func(rows pgx.Rows) (err error) {
		a.Differences, err = pgx.CollectRows(rows, pgx.RowToStructByName[Difference])
		return err
	})
	look.Queue(gaps, p.name).Query(func(rows pgx.Rows) (err error) {
		a.NotAudited, err = pgx.CollectRows(rows, pgx.RowToStructByName[Span])
		return err
	})
	if err := commit(ctx, conn, look); err != nil {
		return a, fmt.Errorf("read what audits found: %w", err)
	}
	return a, nil
}

// ErrNoDifference says that an audit has found a projection to be sound.
var ErrNoDifference = errors.New("there is no difference to accept")

// Accept ends the alarm over the differences that were found. They stay, with who did
// it, when and why.
func (p *Projector) Accept(ctx context.Context, projection, by, note string) (ranges int64, err error) {
	const sql = `
		UPDATE applied_ranges SET accepted_at = clock_timestamp(), accepted_by = $2, accept_note = $3
		WHERE projection = $1 AND differs AND accepted_at IS NULL`
	if _, err := p.named(projection); err != nil {
		return 0, err
	}
	tag, err := p.pool.Exec(ctx, sql, projection, by, note)
	switch {
	case err != nil:
		return 0, fmt.Errorf("accept differences: %w", err)
	case tag.RowsAffected() == 0:
		return 0, fmt.Errorf("%s: %w", projection, ErrNoDifference)
	}
	return tag.RowsAffected(), nil
}
