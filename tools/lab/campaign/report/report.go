//go:build linux

package report

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/options"
	"example.com/pgcqrs/tools/lab/campaign/pauses"
	"example.com/pgcqrs/tools/lab/campaign/transfers"
)

// result is the summary of a run, which the command campaign prints at its end.
type result struct {
	Seed      uint64             `json:"seed"`
	Seconds   float64            `json:"seconds"`
	Faults    map[string]int     `json:"faults"`
	Injected  int                `json:"faults_injected"`
	Commands  int                `json:"commands"`
	Calls     map[string]int     `json:"requests_by_answer"`
	Queries   map[string]int     `json:"queries_by_answer"`
	Events    int                `json:"events"`
	Messages  int                `json:"messages"`
	Rested    float64            `json:"seconds_from_the_last_fault_to_lag_zero"`
	Transfers transfers.Figures  `json:"transfers"`
	Slowest   pauses.Slow        `json:"slowest_command_of_processes_not_hit"`
	Pauses    []pauses.PauseOf   `json:"slowest_call_to_the_other_processes"`
	Followed  following          `json:"subscribers"`
	Checks    []evidence.Verdict `json:"checks"`
	Violated  bool               `json:"violated"`
	Processor int                `json:"processors"`
}

func New(o options.Options, h *history.History, verdicts []evidence.Verdict) result {
	e := evidence.New(h)
	r := result{
		Seed: o.Seed, Seconds: h.Took.Seconds(), Faults: make(map[string]int), Injected: len(h.Spans), Commands: h.Commands, Calls: h.Answers, Queries: make(map[string]int),
		Events: len(h.Log), Messages: len(h.Published), Rested: h.Rested.Seconds(), Transfers: transfers.FiguresOf(e), Slowest: pauses.SlowestCommand(e), Pauses: pauses.Of(h), Followed: followingOf(h), Checks: verdicts, Processor: runtime.NumCPU(),
	}
	for _, s := range h.Spans {
		r.Faults[s.Kind]++
	}
	for _, q := range h.Reads {
		r.Queries[answers.AnswerOf(q.Status, "")]++
	}
	for _, v := range verdicts {
		r.Violated = r.Violated || v.Count > 0
	}
	return r
}

func (r result) Print(out io.Writer) {
	fmt.Fprintf(out, "\nseed %d, %.0f s, %d processors: %d faults of %d kinds, %d commands (%.0f/s), %d events, %d messages; %d subscribers got %d events in %d connections; %d violations; at rest %.1f s after the last fault\n",
		r.Seed, r.Seconds, r.Processor, r.Injected, len(r.Faults), r.Commands, float64(r.Commands)/r.Seconds, r.Events, r.Messages, r.Followed.Subscribers, r.Followed.Events, r.Followed.Connections, r.violations(), r.Rested)
	for _, part := range []struct {
		title  string
		counts map[string]int
	}{{"faults", r.Faults}, {"requests of commands", r.Calls}, {"queries", r.Queries}} {
		fmt.Fprintf(out, "\n%s\n", part.title)
		for _, name := range slices.Sorted(maps.Keys(part.counts)) {
			fmt.Fprintf(out, "  %-28s %9d\n", name, part.counts[name])
		}
	}
	r.Transfers.Print(out)
	r.Followed.print(out)
	fmt.Fprintf(out, "\nslowest command of API processes that were not hit, while PostgreSQL and its required standby answered (goal: below 1 s)\n")
	fmt.Fprintf(out, "  %v, %s to API %d at %v, of %d looked at; then there were %s; the campaign itself was late by %v\n", r.Slowest.Longest.Round(time.Millisecond), r.Slowest.Kind,
		r.Slowest.Process, r.Slowest.At.Round(time.Millisecond), r.Slowest.Looked, strings.Join(r.Slowest.During, ", "), r.Slowest.Late.Round(time.Millisecond))
	fmt.Fprintf(out, "\nslowest call to the other API processes\n")
	for _, p := range r.Pauses {
		fmt.Fprintf(out, "  %-28s %9v  at %v, of %d looked at; then there were %s\n",
			p.Kind, p.Longest.Round(time.Millisecond), p.At.Round(time.Second), p.Looked, strings.Join(p.During, ", "))
	}
	fmt.Fprintf(out, "\nchecks\n")
	for _, v := range r.Checks {
		verdict := "holds"
		if v.Count > 0 {
			verdict = fmt.Sprintf("VIOLATED, %d times", v.Count)
		}
		fmt.Fprintf(out, "  %-14s %-20s %8d looked at   %s\n", v.Name, verdict, v.Looked, v.Guarantee)
		for _, example := range v.Violations {
			fmt.Fprintf(out, "      %s\n", example)
		}
	}
}

func (r result) violations() (n int) {
	for _, v := range r.Checks {
		n += v.Count
	}
	return n
}

func (r result) Write(path string) error {
	content, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the result: %w", err)
	}
	if err := os.WriteFile(path, append(content, '\n'), 0o644); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}
