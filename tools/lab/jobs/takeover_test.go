package jobs_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
)

// Environment variables of a process that BenchmarkTakeover kills.
const (
	victimURL   = "JOBS_URL"
	victimQueue = "JOBS_QUEUE" // name of the contestant
)

// BenchmarkTakeover kills a process while this process executes a job. Then BenchmarkTakeover
// measures the time until another process, the process of the benchmark, starts the same job.
func BenchmarkTakeover(b *testing.B) {
	each(b, func(b *testing.B, c contestant) {
		b.Helper()
		s := set(b, c)
		started := make(chan time.Time, 1)
		s.started = func(int64) { started <- time.Now() }
		var took []time.Duration
		for range 5 * b.N {
			kill := launch(b, s, c.name)
			stop := s.run(b)
			killed := kill()
			took = append(took, await.Signal(b, "the job starts again", started).Sub(killed))
			s.finish(b)
			if err := stop(); err != nil {
				b.Fatal(err)
			}
		}
		reportQuantiles(b, took)
	})
}

// launch starts a process that begins a new job and never completes it. The returned function kill
// ends the process.
func launch(b *testing.B, s *bench, contestant string) (kill func() time.Time) {
	b.Helper()
	command := exec.CommandContext(b.Context(), os.Args[0], "-test.run=^TestExecute$", "-test.timeout=0")
	command.Env, command.Stderr = append(os.Environ(), victimURL+"="+s.url, victimQueue+"="+contestant), os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	s.react(b, 1, time.Time{})
	if !bufio.NewScanner(out).Scan() {
		b.Fatal("the process has ended")
	}
	return func() time.Time {
		at := time.Now()
		_ = command.Process.Kill()
		_ = command.Wait()
		return at
	}
}

// TestExecute begins a job and never completes it. BenchmarkTakeover runs TestExecute in another
// process. If the environment names no database, TestExecute does nothing.
func TestExecute(t *testing.T) {
	t.Parallel()
	url := os.Getenv(victimURL)
	if url == "" {
		return
	}
	i := slices.IndexFunc(contestants, func(c contestant) bool { return c.name == os.Getenv(victimQueue) })
	q, err := contestants[i].open(rig.Connect(t, url), func(ctx context.Context, number int64) error {
		_, _ = fmt.Fprintln(os.Stdout, number)
		<-ctx.Done()
		return ctx.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
}
