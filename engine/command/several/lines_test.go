package several_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
)

// Commands on the same streams, in any order, are decided together, and their events are appended
// together.
func TestCommandsOnTheSameStreamsAreAppendedTogether(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		from, to := uuid.New(), uuid.New()
		w.log.add(from, 10)
		let := w.hold()
		all := []<-chan said{
			w.send(from, to, 1, command.Request{}), w.send(from, to, 9, command.Request{}), w.send(to, from, 10, command.Request{}),
			w.send(to, from, 1, command.Request{}), w.send(from, to, 0, command.Request{}),
		}
		let()
		for i, done := range all {
			if got := <-done; rejected(got.err, "too_much") != (i == 3) || i != 3 && got.err != nil {
				t.Errorf("command %d: got %+v", i, got)
			}
		}
		if !slices.Equal(w.log.chains, []int{1, 2}) {
			t.Errorf("the chains have %v appends", w.log.chains)
		}
	})
}

// Commands on pairs and commands on single streams wait for each other. They never conflict, and
// each of them uses the states after the earlier commands. A command on a pair first joins the line
// of the stream with the lower id, so it keeps its place among the commands on this stream.
func TestPairsAndSingleCommandsWaitForEachOther(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		other, hot, one := uuid.UUID{1}, uuid.UUID{2}, uuid.UUID{3}
		for _, id := range []uuid.UUID{hot, one, other} {
			<-w.alone(id, 10)
		}
		loads, appends := w.log.loads, w.log.appends
		let := w.hold()
		all := []<-chan said{
			w.send(hot, one, 10, command.Request{}), w.alone(hot, 1), w.alone(hot, 2), w.send(other, hot, 10, command.Request{}), w.alone(hot, 3), w.alone(other, 4),
		}
		let()
		versions := []int64{2, 3, 4, 2, 6, 3}
		for i, done := range all {
			if got := <-done; got.err != nil || got.result.Version != versions[i] {
				t.Errorf("command %d: got %+v, want version %d", i, got, versions[i])
			}
		}
		if w.log.loads != loads {
			t.Errorf("%d reads, although all states are in memory", w.log.loads-loads)
		}
		if got := w.log.appends - appends; got != 5 {
			t.Errorf("%d appends, want 5: none conflicts", got)
		}
	})
}

// Commands on (A, B), (B, C), (C, A) and the reverse never wait for each other in a circle. If they
// did, the bubble of the test would report that all goroutines are blocked.
func TestPairsThatCrossDontBlockEachOther(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		ids := []uuid.UUID{uuid.New(), uuid.New(), uuid.New()}
		for _, id := range ids {
			<-w.alone(id, 100)
		}
		var all []<-chan said
		for range 20 {
			for i := range ids {
				from, to := ids[i], ids[(i+1)%len(ids)]
				for _, pair := range [][2]uuid.UUID{{from, to}, {to, from}} {
					done := make(chan said, 1)
					go func() {
						result, err := w.move(pair[0], pair[1], 1, command.Request{})
						done <- said{result, err}
					}()
					all = append(all, done)
				}
			}
		}
		for i, done := range all {
			if got := <-done; got.err != nil {
				t.Errorf("command %d: %v", i, got.err)
			}
		}
		if got := w.log.sums(ids...); !slices.Equal(got, []int{100, 100, 100}) {
			t.Errorf("the sums are %v", got)
		}
	})
}

// A command on a stream that is part of many pairs does not wait forever, and commands on other
// streams do not wait forever either. The commands on a stream are executed in the order of their
// arrival, so a later command can't overtake an earlier one.
func TestAStreamInManyPairsIsNotStarved(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		hot := uuid.New()
		<-w.alone(hot, 1000)
		let := w.hold()
		var pairs []<-chan said
		for range 10 {
			pairs = append(pairs, w.send(hot, uuid.New(), 1, command.Request{}))
		}
		single := w.alone(hot, 1)
		for range 10 {
			pairs = append(pairs, w.send(hot, uuid.New(), 1, command.Request{}))
		}
		let()
		if got := <-single; got.err != nil || got.result.Version != 12 {
			t.Errorf("the single command came at version %d, %v, want 12", got.result.Version, got.err)
		}
		for i, done := range pairs {
			want := int64(i + 2)
			if i >= 10 {
				want++
			}
			if got := <-done; got.err != nil || got.result.Version != want {
				t.Errorf("pair %d came at version %d, %v, want %d", i, got.result.Version, got.err, want)
			}
		}
	})
}
