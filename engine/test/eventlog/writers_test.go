package eventlog_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg"
)

const (
	processes        = 4
	writersAProcess  = 4
	appendsAWriter   = 100
	writerURL        = "PGCQRS_TEST_WRITER_URL"
	eventsAnAppend   = 2
	everyFifthFails  = 5
	allAppended      = processes * writersAProcess * appendsAWriter * eventsAnAppend
	reportLineFields = 3
)

// TestMain runs the tests. In a child process of the test, it appends events instead.
func TestMain(m *testing.M) {
	if url := os.Getenv(writerURL); url != "" {
		if err := writeMuch(url); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// writeMuch appends events from several goroutines, and some appends have conflicts. For each
// successful append, writeMuch prints the time of the request, the time of the answer, and the
// position.
func writeMuch(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	pool, err := pg.Open(ctx, url, "writer", 4)
	if err != nil {
		return err
	}
	defer pool.Close()
	store := eventlog.New(pool, eventlog.Config{MessageOf: event.PublicMessage})
	committing, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- store.Run(committing) }()
	var writers sync.WaitGroup
	failed := make(chan error, writersAProcess)
	for range writersAProcess {
		writers.Go(func() { failed <- appendSome(ctx, store) })
	}
	writers.Wait()
	stop()
	for range writersAProcess {
		if err := <-failed; err != nil {
			return err
		}
	}
	return <-ended
}

func appendSome(ctx context.Context, store *eventlog.Store) error {
	id := uuid.New()
	for i := range int64(appendsAWriter) {
		if i%everyFifthFails == 0 { // a conflict must leave no gap
			if _, err := store.Append(ctx, stream(id, 1_000_000, 1)); err == nil {
				return fmt.Errorf("append at a future version went through")
			}
		}
		asked := time.Now()
		appended, err := store.Append(ctx, stream(id, i*eventsAnAppend, 1, 2))
		if err != nil {
			return err
		}
		fmt.Println(asked.UnixNano(), time.Now().UnixNano(), appended.Position)
	}
	return nil
}

// Sixteen goroutines in four processes append events while one reader follows the log. The reader
// misses no event, sees no gap, and gets the events in the order of their commits.
func TestManyProcessesWriteWhileOneReads(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	reader := newStore(t, url)
	reports := make(chan []report, processes)
	for range processes {
		go func() { reports <- runWriter(t, url) }()
	}
	var last int64
	for deadline := time.Now().Add(time.Minute); last < allAppended; {
		if time.Now().After(deadline) {
			t.Fatalf("read %d of %d events", last, allAppended)
		}
		tail, err := reader.After(t.Context(), last, 500)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range tail {
			if last++; e.Position != last {
				t.Fatalf("read position %d where %d was due", e.Position, last)
			}
		}
	}
	var all []report
	for range processes {
		all = append(all, <-reports...)
	}
	checkOrder(t, all)
}

// report has the times and the position of one successful append.
type report struct{ asked, answered, position int64 }

func runWriter(t *testing.T, url string) []report {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), writerURL+"="+url)
	output, err := command.Output()
	if err != nil {
		t.Errorf("writer: %v", err)
	}
	var reports []report
	for lines := bufio.NewScanner(strings.NewReader(string(output))); lines.Scan(); {
		var r report
		if n, _ := fmt.Sscan(lines.Text(), &r.asked, &r.answered, &r.position); n == reportLineFields {
			reports = append(reports, r)
		}
	}
	return reports
}

// checkOrder expects that the log keeps the order of time: if append A was answered before append B
// was requested, A has the lower position.
func checkOrder(t *testing.T, all []report) {
	t.Helper()
	if want := allAppended / eventsAnAppend; len(all) != want {
		t.Fatalf("%d appends answered, want %d", len(all), want)
	}
	slices.SortFunc(all, func(a, b report) int { return int(b.position - a.position) })
	firstAnswerAfter := int64(1<<63 - 1) // the earliest answer among the appends with higher positions
	for _, r := range all {
		if firstAnswerAfter < r.asked {
			t.Fatalf("position %d was asked for after a later position had been answered", r.position)
		}
		firstAnswerAfter = min(firstAnswerAfter, r.answered)
	}
}
