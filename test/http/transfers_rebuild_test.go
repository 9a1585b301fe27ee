package http_test

import (
	"testing"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/internal/read/transfers"
)

// A rebuild of read models causes no event, no job and no message, and no job is done again. To
// check this, the test requests one transfer before the rebuilds and one after them. The second
// transfer must cause as many events, jobs and messages as the first.
func TestARebuildFiresNothing(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.works()
	from, _ := s.open("Ada", "EUR")
	to, _ := s.open("Bob", "EUR")
	dollars, _ := s.open("Bob", "USD")
	s.want(s.post(from+"/deposits", `{"amount":700}`), 200, "")
	s.becomes(s.transfer(from, dollars, 100), "refunded")
	first := s.fired()
	s.becomes(s.transfer(from, to, 100), "completed")
	before := s.fired()
	last := count(t, s.url, `SELECT max(id) FROM river_job`)
	jobs := s.jobs(last)

	for _, name := range []string{balances.Name, statements.Name, transfers.Name} {
		if said, code := programs.Run(t, []string{"DATABASE_URL=" + s.url}, "ops", "projections", "rebuild", name); code != 0 {
			t.Fatalf("rebuild %s: %s", name, said)
		}
	}
	s.becomes(s.transfer(from, to, 100), "completed")
	after := s.fired()
	for of := range after {
		if got, want := after[of]-before[of], before[of]-first[of]; got != want || want == 0 {
			t.Errorf("%d more %s after the rebuilds and one transfer, want %d", got, of, want)
		}
	}
	if s.jobs(last) != jobs {
		t.Error("a job from before the rebuilds was touched")
	}
	if s.balance(from) != 500 || s.balance(to) != 200 {
		t.Errorf("the accounts hold %d and %d", s.balance(from), s.balance(to))
	}
}

// fired waits until all jobs are done. Then fired returns the numbers of events, jobs and messages.
func (s *stack) fired() map[string]int {
	s.t.Helper()
	await.True(s.t, "all jobs are done", func() bool {
		return count(s.t, s.url, `SELECT count(*) FROM river_job WHERE finalized_at IS NULL`) == 0
	})
	all := make(map[string]int)
	for of, sql := range map[string]string{
		"events":   `SELECT count(*) FROM events`,
		"jobs":     `SELECT count(*) FROM river_job`,
		"messages": `SELECT count(*) FROM outbox`,
	} {
		all[of] = count(s.t, s.url, sql)
	}
	return all
}

// jobs returns a hash of the states of all jobs whose id is at most last.
func (s *stack) jobs(last int) int {
	s.t.Helper()
	return count(s.t, s.url, `SELECT hashtext(string_agg(concat_ws(' ', id, state, attempt, finalized_at), ', ' ORDER BY id)) FROM river_job WHERE id <= $1`, last)
}
