package eventstore

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/event"
)

// appendSQL sends a flight: one message of the protocol holds all of it, and the server
// locks, appends and commits before it reads the next. See migrations/engine/00004_append.sql.
const (
	appendSQL = `CALL append_flight(` + recordSQL + `)`
	recordSQL = `append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
	$21, $22, $23, $24, $25, $26)`
)

// appendKeyedSQL does it for a flight with keys of persons. See migrations/engine/00008_keys.sql.
const appendKeyedSQL = `CALL append_flight(append_keys(` + recordSQL + `, $27, $28, $29, $30, $31, $32, $33, $34))`

// report is what append_events says of a flight that has landed.
type report struct {
	versions        []int64     // of the streams before it, in the batch's order
	fates           []int64     // of the streams' chains
	head            int64       // of the log before it
	headID          pgtype.UUID // of the event there; NULL while the log is empty
	epoch           pgtype.UUID // of the log
	standbyRequired bool
}

// read takes in the text of an append_report.
func (r *report) read(types *pgtype.Map, text string) error {
	fields := pgtype.NewCompositeTextScanner(types, []byte(text))
	for _, field := range []struct {
		oid  uint32
		into any
	}{
		{pgtype.Int8ArrayOID, &r.versions}, {pgtype.Int8ArrayOID, &r.fates}, {pgtype.Int8OID, &r.head},
		{pgtype.UUIDOID, &r.headID}, {pgtype.UUIDOID, &r.epoch}, {pgtype.BoolOID, &r.standbyRequired},
	} {
		if !fields.Next() {
			return fmt.Errorf("a flight's report is %q: %w", text, fields.Err())
		}
		if err := types.Scan(field.oid, pgtype.TextFormatCode, fields.Bytes(), field.into); err != nil {
			return fmt.Errorf("a flight's report is %q: %w", text, err)
		}
	}
	return nil
}

// Fates of a chain, as append_events says them.
const (
	chainAppended = iota
	chainConflict
	chainOfAnotherType
	chainAnswered
	chainOfLostLog // nothing was appended: the log is not the one that the flight rests on
)

// send puts a batch on the wire as one flight and reads what became of each chain. The lock
// is never held across a network round trip, nor before the server has all of the flight:
// whatever happens to this process, it keeps nobody from appending.
func (s *Store) send(ctx context.Context, batch []*pending, rests *basis) ([]outcome, error) {
	seen := s.seen.Load()
	var r report
	err := s.transmit(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		var text string
		sql, arguments := newColumns(batch).statement(rests)
		if err := conn.QueryRow(ctx, sql, arguments...).Scan(&text); err != nil {
			return err
		}
		return r.read(conn.TypeMap(), text)
	})
	if err != nil {
		return nil, err
	}
	outcomes, appended, err := r.outcomes(batch)
	if err != nil {
		return nil, err
	}
	if errors.Is(outcomes[0].err, event.ErrLogChanged) {
		_ = s.Look(ctx) // or the next flight does
		return outcomes, nil
	}
	s.notice(seen, r.head, r.head+appended)
	s.noticeReplicated(r.head, r.head+appended, r.standbyRequired)
	if appended > 0 {
		s.advance(rests, mark{r.head + appended, lastOf(batch, outcomes)})
		s.hints.give(r.head + appended)
	}
	return outcomes, nil
}

// transmit sends a flight on a connection of its own and drops the connection
// after an error: nobody knows what state it is in. A COMMIT that the required standby
// may not have is an error, too, whose outcome is as unknown as that of a lost answer.
func (s *Store) transmit(ctx context.Context, flight func(ctx context.Context, conn *pgx.Conn) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.config.FlightFor)
	defer cancel()
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return &notSentError{err}
	}
	defer conn.Release()
	defer s.watchLock(ctx)()
	if err := flight(ctx, conn.Conn()); err != nil {
		_ = conn.Conn().Close(ctx)
		return fmt.Errorf("fly: %w", err)
	}
	if err := database.CheckStandby(conn.Conn()); err != nil {
		return fmt.Errorf("fly: %w", err)
	}
	return nil
}

// outcomes says what became of each chain of the batch, and how many events were appended.
// Events of chains that were not refused follow the head in the batch's order.
func (r *report) outcomes(batch []*pending) (outcomes []outcome, appended int64, err error) {
	outcomes = make([]outcome, len(batch))
	versions, fates := r.versions, r.fates
	for i, p := range batch {
		streams := len(p.streams)
		if len(versions) < streams || len(fates) < streams {
			return nil, 0, fmt.Errorf("%d streams sent, fewer accounted for", streams)
		}
		switch fates[0] {
		case chainAppended:
			appended += int64(len(p.events))
			outcomes[i] = p.landed(versions[:streams], r.head+appended)
		case chainConflict:
			outcomes[i].err = event.ErrConflict
		case chainOfAnotherType:
			outcomes[i].err = event.ErrOtherStream
		case chainAnswered:
			outcomes[i].err = event.ErrAnswered
		case chainOfLostLog:
			outcomes[i].err = event.ErrLogChanged
		default:
			return nil, 0, fmt.Errorf("a chain's fate is %d, which nobody knows", fates[0])
		}
		versions, fates = versions[streams:], fates[streams:]
	}
	return outcomes, appended, nil
}

// lastOf returns the id of the last event of a batch that was appended.
func lastOf(batch []*pending, outcomes []outcome) uuid.UUID {
	for i, p := range slices.Backward(batch) {
		if outcomes[i].err == nil && len(p.events) > 0 {
			return p.events[len(p.events)-1].id
		}
	}
	return uuid.Nil
}
