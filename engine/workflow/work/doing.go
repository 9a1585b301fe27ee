package work

import (
	"context"
	"sync"
	"time"

	"github.com/riverqueue/river"
)

// doing has the jobs that this process does at the moment. The queue may say that this process does
// a job, although the process does not do it. This happens if River has fetched the job, but the
// database's answer was lost. It also happens if River could not store the end of the job because
// the database could not be reached. Such a job is a stray.
type doing struct {
	mu     sync.Mutex
	jobs   map[int64]int // number of executions, by the id of the job
	strays map[taken]time.Time
}

// taken is one attempt of a job.
type taken struct {
	Job int64
	At  time.Time // when the process took the job
}

func newDoing() *doing {
	return &doing{jobs: make(map[int64]int), strays: make(map[taken]time.Time)}
}

// listed returns a function that does a job, and lists the job in doing meanwhile.
func listed[T river.JobArgs](d *doing, do func(ctx context.Context, job *river.Job[T]) error) func(ctx context.Context, job *river.Job[T]) error {
	return func(ctx context.Context, job *river.Job[T]) error {
		d.add(job.ID, 1)
		defer d.add(job.ID, -1)
		return do(ctx, job)
	}
}

func (d *doing) add(job int64, count int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.jobs[job] += count; d.jobs[job] == 0 {
		delete(d.jobs, job)
	}
}

// strayAfter is how long the queue must say that this process does a job, while the process does
// not do it, before the job is a stray. River needs some time to begin a job, and to store its end.
const strayAfter = 15 * time.Second

// straysOf returns the jobs that are strays. The parameter attempts lists the attempts that this
// process executes according to the queue.
func (d *doing) straysOf(attempts []taken, now time.Time) (strays []int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.strays
	d.strays = make(map[taken]time.Time)
	for _, attempt := range attempts {
		if d.jobs[attempt.Job] > 0 {
			continue
		}
		since, ok := before[attempt]
		if !ok {
			since = now
		}
		d.strays[attempt] = since
		if now.Sub(since) >= strayAfter {
			strays = append(strays, attempt.Job)
		}
	}
	return strays
}
