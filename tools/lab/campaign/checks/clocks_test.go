//go:build linux

package checks

import (
	"testing"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/logchecks"
	"example.com/pgcqrs/tools/lab/campaign/pauses"
)

func TestPausesAreThoseOfTheOthers(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	h := &history.History{Spans: []history.Span{
		{Kind: "freeze-api", Process: 0, From: 1000 * ms, To: 5000 * ms},
		{Kind: "freeze-api", Process: 0, From: 20000 * ms, To: 21000 * ms}, {Kind: "crash-postgres", Process: -1, From: 20500 * ms, To: 20600 * ms}, // stops all processes
	}}
	for at := time.Duration(0); at < 30*time.Second; at += 10 * ms {
		took := 2 * ms
		if at == 2000*ms || at == 20500*ms {
			took = 700 * ms
		}
		h.Calls = append(h.Calls, answers.Call{Process: 1, Status: 200, Sent: at, Done: at + took}, answers.Call{Process: 0, Sent: at, Done: at + 3000*ms})
	}
	got := pauses.Of(h)
	if len(got) != 1 || got[0].Kind != "freeze-api" || got[0].Looked != 1 || got[0].Longest != 700*ms || got[0].At != 2000*ms {
		t.Errorf("got %+v, want a pause of 700 ms at 2 s", got)
	}
}

// If the server's clock was set back, a later event may have an earlier recorded time. This is no
// violation.
func TestTimesOfRecordingFollowTheServersClock(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		recorded time.Duration // how much later the last but one event was recorded
		off      []history.ClockOff
		holds    bool
	}{
		"it was right":                        {0, nil, true},
		"a year ahead, and back":              {365 * 24 * time.Hour, []history.ClockOff{{From: 0, To: 0, Off: 365 * 24 * time.Hour}, {From: time.Minute, To: time.Minute, Off: 0}}, true},
		"said to be a year ahead, and is not": {0, []history.ClockOff{{From: 0, To: 0, Off: 365 * 24 * time.Hour}, {From: time.Minute, To: time.Minute, Off: 0}}, false},
		"back by less than a minute":          {50 * time.Second, []history.ClockOff{{From: 0, To: 0, Off: 50 * time.Second}, {From: time.Minute, To: time.Minute, Off: 0}}, false},
	} {
		h := soundAccounts()
		for i := range h.Log[:5] {
			h.Log[i].Recorded += c.recorded.Microseconds()
		}
		for i := range h.Calls {
			if h.Calls[i].Command.Key == h.Log[5].Key { // make this command two minutes later than the others
				h.Calls[i].Sent, h.Calls[i].Done = h.Calls[i].Sent+2*time.Minute, h.Calls[i].Done+2*time.Minute
			}
		}
		h.Log[5].Recorded += (2 * time.Minute).Microseconds()
		if name == "back by less than a minute" {
			h.Log[5].Recorded = h.Log[4].Recorded - 1
		}
		h.Clock = c.off
		v := evidence.Verdict{}
		logchecks.Recorded(evidence.New(h), &v)
		if (v.Count == 0) != c.holds {
			t.Errorf("%s: %v", name, v.Violations)
		}
	}
}

// The measured time of a command begins with the command's first call to a process without a fault.
// A fault of PostgreSQL or of its required standby affects all processes. So SlowestCommand ignores
// calls during such a fault, and calls within three seconds after the fault.
func TestTheSlowestCommandIsOfAProcessThatWasNotHit(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		spans []history.Span
		calls []answers.Call
		want  time.Duration
	}{
		"alone":                           {nil, []answers.Call{{Process: 1, Status: 200, Sent: 0, Done: 7 * ms}}, 7 * ms},
		"its own process is frozen":       {[]history.Span{{Kind: "freeze-api", Process: 1, From: 5 * ms, To: 9 * ms}}, []answers.Call{{Process: 1, Status: 200, Sent: 0, Done: 700 * ms}}, 0},
		"it was frozen just before":       {[]history.Span{{Kind: "freeze-api", Process: 1, From: 0, To: 9 * ms}}, []answers.Call{{Process: 1, Status: 200, Sent: 1000 * ms, Done: 1700 * ms}}, 0},
		"it was frozen a while ago":       {[]history.Span{{Kind: "freeze-api", Process: 1, From: 0, To: 9 * ms}}, []answers.Call{{Process: 1, Status: 200, Sent: 1010 * ms, Done: 1700 * ms}}, 690 * ms},
		"another one is frozen":           {[]history.Span{{Kind: "freeze-api", Process: 0, From: 5 * ms, To: 9 * ms}}, []answers.Call{{Process: 1, Status: 200, Sent: 0, Done: 700 * ms}}, 700 * ms},
		"a projector is killed":           {[]history.Span{{Kind: "kill-projector", Process: 1, From: 5 * ms, To: 9 * ms}}, []answers.Call{{Process: 1, Status: 200, Sent: 0, Done: 700 * ms}}, 700 * ms},
		"PostgreSQL is down":              {[]history.Span{{Kind: "crash-postgres", Process: -1, From: 5 * ms, To: 9 * ms}}, []answers.Call{{Process: 1, Status: 200, Sent: 2900 * ms, Done: 3500 * ms}}, 0},
		"somebody's session is ended":     {[]history.Span{{Kind: "terminate-backend", Process: -1, From: 5 * ms, To: 9 * ms}}, []answers.Call{{Process: 1, Status: 200, Sent: 0, Done: 700 * ms}}, 0},
		"rows are locked":                 {[]history.Span{{Kind: "foreign-row-locks", Process: -1, From: 5 * ms, To: 9 * ms}}, []answers.Call{{Process: 1, Status: 200, Sent: 0, Done: 700 * ms}}, 700 * ms},
		"the server's clock jumps":        {[]history.Span{{Kind: "server-clock-jump", Process: -1, From: 5 * ms, To: 9 * ms}}, []answers.Call{{Process: 1, Status: 200, Sent: 0, Done: 700 * ms}}, 700 * ms},
		"first to the frozen one":         {[]history.Span{{Kind: "freeze-api", Process: 0, From: 0, To: 3000 * ms}}, []answers.Call{{Process: 0, Sent: 0, Done: 2000 * ms}, {Process: 1, Status: 200, Sent: 2050 * ms, Done: 2060 * ms}}, 10 * ms},
		"again after nothing was done":    {nil, []answers.Call{{Process: 1, Status: 503, Code: "unavailable", Sent: 0, Done: 400 * ms}, {Process: 2, Status: 200, Sent: 450 * ms, Done: 800 * ms}}, 800 * ms},
		"the same command later":          {nil, []answers.Call{{Process: 1, Status: 200, Sent: 0, Done: 4 * ms}, {Process: 2, Status: 200, Sent: 9000 * ms, Done: 9002 * ms}}, 4 * ms},
		"a refusal, and the same command": {nil, []answers.Call{{Process: 1, Status: 422, Sent: 0, Done: 4 * ms}, {Process: 2, Status: 422, Sent: 9000 * ms, Done: 9002 * ms}}, 4 * ms},
	} {
		if got := pauses.SlowestCommand(evidence.New(&history.History{Spans: c.spans, Calls: c.calls})); got.Longest != c.want {
			t.Errorf("%s: %+v, want %v", name, got, c.want)
		}
	}
}
