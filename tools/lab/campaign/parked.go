//go:build linux

package main

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/load/drive"
)

// parkedRead is the answer to who asks for the statement of a parked account as of the position
// that it is parked at.
type parkedRead struct {
	process    int
	sent, done time.Duration
	status     int // 0: no answer
	code       string
	still      bool // it was parked there before and after
}

// parking is where a stream stands still, and since when.
type parking struct {
	position int64
	since    time.Time
}

// parked returns where the projection of statements has parked a stream, or an error.
func (w *world) parked(ctx context.Context, stream uuid.UUID) (p parking, err error) {
	const sql = `SELECT position, parked_at FROM parked_streams WHERE projection = 'statements' AND stream_id = $1`
	err = session(ctx, w.postgres.owner(), func(ctx context.Context, conn *pgx.Conn) error {
		return conn.QueryRow(ctx, sql, stream).Scan(&p.position, &p.since)
	})
	return p, err
}

// askParked asks every API for the statement of a stream that is parked.
func (w *world) askParked(ctx context.Context, stream uuid.UUID, at parking) {
	var all sync.WaitGroup
	answers := make([]parkedRead, len(w.apis))
	token, _ := w.issuer.token(subject)
	for process, api := range w.apis {
		all.Go(func() {
			connection := drive.NewConnection(api.address, queryFor)
			defer connection.Close()
			asked := parkedRead{process: process, sent: time.Since(w.history.started)}
			answer, err := connection.Send(drive.Request{
				Method: http.MethodGet, Path: pathOf(reading{account: stream, of: ofStatement}, false), MinPosition: strconv.FormatInt(at.position, 10),
				Token: token,
			})
			asked.done = time.Since(w.history.started)
			if err == nil {
				asked.status, asked.code = answer.Status, codeOf(answer.Body)
			}
			answers[process] = asked
		})
	}
	all.Wait()
	after, err := w.parked(ctx, stream)
	for i := range answers {
		answers[i].still = err == nil && after == at
	}
	w.history.noteParked(answers)
}

func (h *history) noteParked(answers []parkedRead) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.parked = append(h.parked, answers...)
}

// parkedReads sees that who asks for what a parked stream lacks is told so, in time. A process
// that was hit may say nothing, and one that reads from the standby may not know yet.
func parkedReads(e *evidence, v *verdict) {
	of := hits(e.spans)
	for _, r := range e.parked {
		excused := r.process == programs-1 || isHit(of[r.process], call{sent: r.sent, done: r.done}) || e.lateAt(r.sent, r.done) > settle
		switch {
		case !r.still:
		case r.status == http.StatusServiceUnavailable && r.code == "read_model_parked":
			v.Looked++
		case r.status >= 200 && r.status < 500:
			v.Looked++
			v.violated("API %d was asked at %v for a parked account as of where it is parked, and answered %s", r.process, r.sent, answerOf(r.status, r.code))
		case !excused && (r.code == "position_not_reached" || r.status == 0 && r.done-r.sent >= queryFor):
			v.Looked++
			v.violated("API %d was asked at %v for a parked account, and after %v there was %s", r.process, r.sent, r.done-r.sent, answerOf(r.status, r.code))
		}
	}
}
