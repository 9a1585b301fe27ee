// Package racers_test checks guarantee 12 with many processes and many events. If several processes
// claim the same tag under an append condition, exactly one succeeds. The check of a condition
// reads only an index.
package racers_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/storetest"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// racerURL is the name of an environment variable. Its value is the URL of the database. A process
// with this variable only claims tags.
const racerURL = "RACER_URL"

// racers is the number of goroutines of each process that claim a tag at the same time.
const racers = 6

// TestOneOfManyProcessesSucceeds tries 10,000 tags one after another, or 300 tags with -short. 18
// racers in three processes claim each tag at the same time. The processes share nothing but the
// database.
func TestOneOfManyProcessesSucceeds(t *testing.T) {
	t.Parallel()
	rounds := 10_000
	if testing.Short() {
		rounds = 300
	}
	url, processes := testdb.New(t), make([]*process, 3)
	for i := range processes {
		processes[i] = launch(t, url)
	}
	wrong := 0
	for round := range rounds {
		for _, p := range processes {
			p.start(t, fmt.Sprint("round:", round))
		}
		won := 0
		for _, p := range processes {
			won += p.won(t)
		}
		if won != 1 {
			wrong++
		}
	}
	if wrong > 0 {
		t.Errorf("in %d of %d rounds not exactly one racer succeeded", wrong, rounds)
	}
}

// process is another process of this test.
type process struct {
	tags    io.Writer
	answers *bufio.Scanner
}

func launch(t *testing.T, url string) *process {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestRace$", "-test.timeout=0")
	command.Env, command.Stderr = append(os.Environ(), racerURL+"="+url), os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = command.Wait()
	})
	return &process{in, bufio.NewScanner(out)}
}

func (p *process) start(t *testing.T, tag string) {
	t.Helper()
	if _, err := fmt.Fprintln(p.tags, tag); err != nil {
		t.Fatal(err)
	}
}

// won returns the number of racers of the process that have succeeded in claiming the last tag.
func (p *process) won(t *testing.T) (won int) {
	t.Helper()
	if !p.answers.Scan() {
		t.Fatal("a process has ended")
	}
	if _, err := fmt.Sscan(p.answers.Text(), &won); err != nil {
		t.Fatalf("a process says %q", p.answers.Text())
	}
	return won
}

// TestRace claims each tag that it reads from its input. TestOneOfManyProcessesSucceeds runs
// TestRace in other processes. If the environment names no database, TestRace does nothing.
func TestRace(t *testing.T) {
	t.Parallel()
	url := os.Getenv(racerURL)
	if url == "" {
		return
	}
	store := rig.Store(t, rig.Connect(t, url), storetest.DecodeTagged)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		won, err := race(t.Context(), store, strings.TrimSpace(lines.Text()))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintln(os.Stdout, won)
	}
}

// race lets several racers claim a tag at the same time, and returns the number of racers that have
// succeeded.
func race(ctx context.Context, store *eventlog.Store, tag string) (won int, failed error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	for range racers {
		all.Go(func() {
			ok, err := claim(ctx, store, tag)
			mu.Lock()
			defer mu.Unlock()
			failed = errors.Join(failed, err)
			if ok {
				won++
			}
		})
	}
	all.Wait()
	return won, failed
}

// claim appends an event with the tag, under the condition that no other event has the tag. It
// reports whether the condition allowed the append.
func claim(ctx context.Context, store *eventlog.Store, tag string) (bool, error) {
	claimed := false
	condition, err := store.Matching(ctx, []event.Item{{Tags: []string{tag}}}, 0, func(event.Recorded) error {
		claimed = true
		return nil
	})
	if err != nil || claimed {
		return false, err
	}
	_, err = store.Append(ctx, event.Append{Condition: &condition, Streams: []event.StreamAppend{{
		Type: "claim", ID: uuid.New(), Events: []event.Event{storetest.Labelled{Kind: "claim", Labels: []string{tag}}},
	}}})
	if errors.Is(err, event.ErrConflict) {
		return false, nil
	}
	return err == nil, err
}
