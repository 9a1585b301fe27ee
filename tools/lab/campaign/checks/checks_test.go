//go:build linux

package checks

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/options"
	"example.com/pgcqrs/tools/lab/campaign/readmodels"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

func TestASoundHistoryHolds(t *testing.T) {
	t.Parallel()
	for _, v := range Check(sound(), options.Steady) {
		if v.Count > 0 {
			t.Errorf("%s: %v", v.Name, v.Violations)
		}
	}
}

// A projection parks a stream if it can't apply one of the stream's events. The check of answers
// about parked streams must report only answers that prove a violation.
func TestReadsOfParkedStreamsAreExcused(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]answers.ParkedRead{
		"it went on meanwhile":                 {Process: 0, Sent: 0, Done: time.Second, Status: 200, Code: "", Still: false},
		"the process was hit":                  {Process: 0, Sent: 5 * time.Second, Done: 5*time.Second + answers.QueryFor, Status: 0, Code: "", Still: true},
		"the process is not there":             {Process: 1, Sent: 0, Done: time.Millisecond, Status: 0, Code: "", Still: true},
		"the standby does not know of it yet":  {Process: sample.Programs - 1, Sent: 0, Done: 5 * time.Second, Status: 503, Code: "position_not_reached", Still: true},
		"the database was away":                {Process: 1, Sent: 0, Done: time.Second, Status: 503, Code: "unavailable", Still: true},
		"the campaign itself stood still then": {Process: 1, Sent: 20 * time.Second, Done: 20*time.Second + answers.QueryFor, Status: 0, Code: "", Still: true},
	} {
		h := &history.History{Spans: []history.Span{{Kind: "freeze-api", Process: 0, From: 6 * time.Second, To: 10 * time.Second}}, Late: []history.Lateness{{At: 21 * time.Second, By: 2 * time.Second}}, Parked: []answers.ParkedRead{r}}
		v := evidence.Verdict{}
		if parkedReads(evidence.New(h), &v); v.Count > 0 || v.Looked > 0 {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

// This test changes a history so that it violates a guarantee. The check of that guarantee must
// find the violation.
func TestDoctoredHistoriesAreFound(t *testing.T) {
	t.Parallel()
	for name, doctored := range map[string]struct {
		check string
		harm  func(h *history.History)
	}{
		"an acknowledged event is lost":            {"acknowledged", func(h *history.History) { lose(h, 5) }},
		"a lost event's place is given to another": {"acknowledged", func(h *history.History) { h.Log[2].Key = uuid.New() }},
		"a command takes effect twice":             {"acknowledged", func(h *history.History) { repeat(h, 3, h.Log[3].Key) }},
		"a repetition gets another answer":         {"acknowledged", func(h *history.History) { h.Calls[4].Version, h.Calls[4].At = 1, 1 }},
		"a refused command took effect":            {"refused", func(h *history.History) { repeat(h, 3, h.Calls[3].Command.Key) }},
		"an event that nobody sent":                {"commanded", func(h *history.History) { repeat(h, 3, uuid.New()) }},
		"an event of another amount than was sent": {"commanded", func(h *history.History) { h.Log[3].Amount++ }},
		"a hole":                                   {"positions", func(h *history.History) { h.Log[4].Position++; h.Log[5].Position++ }},
		"an event twice":                           {"positions", func(h *history.History) { h.Log[4].Id = h.Log[3].Id }},
		"the tail skipped an event":                {"positions", func(h *history.History) { h.Tail = slices.Delete(h.Tail, 2, 3) }},
		"the tail saw what was undone":             {"positions", func(h *history.History) { h.Tail[3].Amount++ }},
		"the tail went backwards":                  {"positions", func(h *history.History) { h.TailSaid = []string{"after position 4 the tail showed 3"} }},
		"a later command got a lower position":     {"real time", func(h *history.History) { swap(h, 2, 3) }},
		"the time of recording fell":               {"recorded", func(h *history.History) { h.Log[4].Recorded = h.Log[3].Recorded - 1 }},
		"it fell far, and the clock did not":       {"recorded", func(h *history.History) { h.Log[3].Recorded += 3 * time.Minute.Microseconds() }},
		"a time of recording ahead of the clock":   {"recorded", func(h *history.History) { h.Log[5].Recorded += 2 * time.Minute.Microseconds() }},
		"a time of recording behind the clock":     {"recorded", func(h *history.History) { h.Clock = []history.ClockOff{{From: -1, To: -1, Off: time.Hour}} }},
		"nothing was done, and its event is there": {"unavailable", func(h *history.History) { repeat(h, 3, givenUp(h).Command.Key) }},
		"nothing was done, and its key is there":   {"unavailable", func(h *history.History) { h.Keys[givenUp(h).Command.Key] = true }},
		"nothing was done, and its message is there": {"unavailable", func(h *history.History) {
			h.Published = append(h.Published, history.Published{Id: uuid.New(), Account: givenUp(h).Command.Account, Text: sample.Digest{}})
		}},
		"nothing was done, and its row is there":      {"unavailable", func(h *history.History) { h.Models.Balances[givenUp(h).Command.Account] = history.Balance{} }},
		"a key was forgotten":                         {"keys", func(h *history.History) { h.Keys[h.Calls[0].Command.Key] = false }},
		"a refused command's key is remembered":       {"keys", func(h *history.History) { h.Keys[h.Calls[3].Command.Key] = true }},
		"an API was ready that could append nothing":  {"readiness", func(h *history.History) { h.Probes[0].Ready = true }},
		"a command took long, and nothing was broken": {"slowest", func(h *history.History) { h.Calls[2].Done += time.Second }},
		"two events have one version":                 {"versions", func(h *history.History) { h.Log[4].Version-- }},
		"a version is missing":                        {"versions", func(h *history.History) { h.Log[3].Version++ }},
		"more was paid out than there was":            {"rules", func(h *history.History) { h.Log[4].Amount = 11 }},
		"something came after the closing":            {"rules", func(h *history.History) { h.Log[4], h.Log[5] = h.Log[5], h.Log[4] }},
		"a refusal that rests on what was never true": {"linearizable", func(h *history.History) { h.Calls[3].Command.Account = h.Log[2].Account }},
		"a refusal for what was over":                 {"linearizable", func(h *history.History) { h.Calls[3].Sent, h.Calls[3].Done = now(h), now(h)+1 }},
		"a precondition held, and was said not to":    {"linearizable", func(h *history.History) { h.Calls[3].Status, h.Calls[3].Command.IfMatch = 412, 1 }},
		"a precondition did not hold":                 {"linearizable", func(h *history.History) { h.Calls[2].Command.IfMatch = 2 }},
		"half of an event was seen":                   {"sums", func(h *history.History) { h.Totals[1].Sum = 5 }},
		"the balances ran ahead of their checkpoint":  {"sums", func(h *history.History) { h.Totals[2].At = 3 }},
		"a row is wrong":                              {"read models", func(h *history.History) { touch(h.Models.Balances, func(b *history.Balance) { b.Amount++ }) }},
		"a row is missing":                            {"read models", func(h *history.History) { clear(h.Models.Statements) }},
		"an event was applied twice":                  {"read models", func(h *history.History) { touch(h.Models.Statements, func(s *history.Statement) { s.Lines++ }) }},
		"a stream is parked":                          {"read models", func(h *history.History) { h.Models.Parked++ }},
		"Min-Position lied":                           {"reads", func(h *history.History) { h.Reads[0].Min = 4 }},
		"a query showed the state of before":          {"reads", func(h *history.History) { h.Reads[2].Version, h.Reads[2].Balance = 1, 0 }},
		"a list showed the state of before":           {"reads", func(h *history.History) { h.Reads[2].Version, h.Reads[2].Balance = 1, 0 }},
		"a statement lacks a line":                    {"reads", func(h *history.History) { h.Reads[3].Lines-- }},
		"a statement's balance is wrong":              {"reads", func(h *history.History) { h.Reads[3].Balance++ }},
		"an account is in no page":                    {"listed", func(h *history.History) { delete(h.Listed, h.Log[0].Account) }},
		"an account is listed twice":                  {"listed", func(h *history.History) { h.Listed[h.Log[0].Account]++ }},
		"an account is listed that nobody opened":     {"listed", func(h *history.History) { h.Listed[uuid.New()]++ }},
		"the chain ends before the log does":          {"chained", func(h *history.History) { h.Own[0].Left-- }},
		"an event is not what the chain says":         {"chained", func(h *history.History) { h.Own[0].Differs = []string{"position 3: changed"} }},
		"reconciling did not come to the end":         {"reconciled", func(h *history.History) { h.Own[1].About-- }},
		"reconciling found a difference":              {"reconciled", func(h *history.History) { h.Own[1].Differs = []string{"positions 1 to 3: 1 is missing"} }},
		"a query did not find what was there":         {"reads", func(h *history.History) { h.Reads[1].Min = 2 }},
		"a message is missing":                        {"messages", func(h *history.History) { h.Published = h.Published[:5] }},
		"messages of a stream changed places":         {"messages", func(h *history.History) { p := h.Published; p[1], p[3] = p[3], p[1] }},
		"a message came twice under two ids": {"messages", func(h *history.History) {
			h.Published = append(h.Published, history.Published{Id: uuid.New(), Account: h.Log[0].Account, Text: sample.Digest{}})
		}},
		"an event's text was cut":                  {"whole", func(h *history.History) { h.Log[3].Text = sample.DigestOf("cut") }},
		"an account's owner was cut":               {"whole", func(h *history.History) { delete(h.Models.Owners, h.Log[0].Account) }},
		"a line's text is another one's":           {"whole", func(h *history.History) { touch(h.Models.References, func(d *sample.Digest) { d[0]++ }) }},
		"a message's text was cut":                 {"whole", func(h *history.History) { h.Published[2].Text[0]++ }},
		"no text was long":                         {"whole", func(h *history.History) { shorten(h) }},
		"a query showed another owner":             {"reads", func(h *history.History) { h.Reads[0].Text[0]++ }},
		"a statement's text was cut":               {"reads", func(h *history.History) { h.Reads[3].Text[0]++ }},
		"a parked stream was shown":                {"parked", func(h *history.History) { h.Parked[0].Status, h.Parked[0].Code = 200, "" }},
		"a parked stream was not found":            {"parked", func(h *history.History) { h.Parked[0].Status, h.Parked[0].Code = 404, "not_found" }},
		"a read of a parked stream waited in vain": {"parked", func(h *history.History) { h.Parked[0].Code = "position_not_reached" }},
		"a read of a parked stream hung":           {"parked", func(h *history.History) { h.Parked[0] = answers.ParkedRead{Done: answers.QueryFor, Still: true} }},
		"one of many projections lacks an event":   {"copies", func(h *history.History) { h.Copies["copy_02"] = readmodels.Copied(h.Log[:5]) }},
		"one of many projections has one twice":    {"copies", func(h *history.History) { h.Copies["copy_02"] = readmodels.Copied(append(h.Log[:6:6], h.Log[5])) }},
		"one of many projections has another text": {"copies", func(h *history.History) { h.Copies["copy_02"] = readmodels.Copied(withKey(h.Log, 2, uuid.UUID{255})) }},
		"no snapshot was taken":                    {"snapshots", func(h *history.History) { h.Kept.Taken = 0 }},
		"no snapshot was used":                     {"snapshots", func(h *history.History) { h.Kept.Used = 0 }},
		"nothing was looked at":                    {"sums", func(h *history.History) { h.Totals = nil }},
	} {
		finds(t, name, doctored.check, doctored.harm)
	}
}

// finds passes a history without violations to the function harm, which changes the history. Then
// finds tests that the check with the name in the argument by reports a violation.
func finds(t *testing.T, name, by string, harm func(h *history.History)) {
	t.Helper()
	h := sound()
	harm(h)
	for _, v := range Check(h, options.Steady) {
		if v.Name == by && v.Count > 0 {
			return
		}
	}
	t.Errorf("%s: %q does not find it", name, by)
}

// lost returns a history of a run in which the log once lost events. After the loss, the log got
// another epoch, which is the name of one history of the log.
func lost() *history.History {
	h := sound()
	h.Spans = []history.Span{{Kind: "restore", Process: -1, From: 0, To: 0}}
	for n := range h.Calls {
		h.Calls[n].Epoch = "new"
	}
	gone := h.Calls[2] // a deposit that was answered, and was lost with the old log
	gone.Command.Key, gone.Epoch = uuid.New(), "old"
	h.Calls = append([]answers.Call{gone}, h.Calls...)
	h.Published = append(h.Published, history.Published{Id: uuid.New(), Account: gone.Command.Account, Text: sample.Digest{}})
	return h
}

func TestALossyHistoryHoldsFromItsLastEpochOn(t *testing.T) {
	t.Parallel()
	for name, doctored := range map[string]struct {
		check string
		harm  func(h *history.History)
	}{
		"":                                      {"", func(*history.History) {}},
		"an answer that speaks of no epoch":     {"", func(h *history.History) { h.Calls[1].Epoch, h.Calls[len(h.Calls)-1].Epoch, h.Some = "", "", true }},
		"the epoch stayed as it was":            {"epochs", func(h *history.History) { h.Calls[0].Epoch = "new" }},
		"an event of the last epoch is lost":    {"acknowledged", func(h *history.History) { lose(h, 5) }},
		"a remembered balance was decided on":   {"rules", func(h *history.History) { h.Log[4].Amount = 11 }},
		"a read model has what was lost":        {"read models", func(h *history.History) { touch(h.Models.Balances, func(b *history.Balance) { b.Amount++ }) }},
		"a message of an event that is missing": {"messages", func(h *history.History) { h.Published = h.Published[1:] }},
	} {
		h := lost()
		doctored.harm(h)
		h.ForgetLost()
		found := ""
		for _, v := range Check(h, options.Lossy) {
			if v.Count > 0 && (found == "" || v.Name == doctored.check) {
				found = v.Name
			}
		}
		if found != doctored.check {
			t.Errorf("%q: found by %q, want %q", name, found, doctored.check)
		}
	}
}

// givenUp returns the call whose answer said that nothing was done. After this call, the client
// gave up the command.
func givenUp(h *history.History) answers.Call {
	return h.Calls[slices.IndexFunc(h.Calls, func(c answers.Call) bool { return c.Code == "unavailable" })]
}

// lose removes an event from the history's log, and also from the list of events that the observer
// of the log has read.
func lose(h *history.History, at int) {
	h.Log = slices.Delete(h.Log, at, at+1)
	h.Tail = slices.Clone(h.Log)
}

// repeat adds a copy of an event to the end of the log. The copy has the given idempotency key.
func repeat(h *history.History, at int, key uuid.UUID) {
	e := h.Log[at]
	e.Position, e.Version, e.Id, e.Key = int64(len(h.Log))+1, e.Version+1, uuid.New(), key
	h.Log = append(h.Log, e)
}

// swap exchanges the positions of two events of different accounts. swap also changes the positions
// in the answers to the commands that caused these events.
func swap(h *history.History, one, other int) {
	h.Log[one], h.Log[other] = h.Log[other], h.Log[one]
	for _, at := range []int{one, other} {
		h.Log[at].Position = int64(at) + 1
		for i := range h.Calls {
			if h.Calls[i].Command.Key == h.Log[at].Key && h.Calls[i].Succeeded() {
				h.Calls[i].At = h.Log[at].Position
			}
		}
	}
}

// shorten changes the key of each event, which is the key of the event's command. The first byte of
// the key decides whether the event's text has the maximum length. With the new keys, no text has
// it.
func shorten(h *history.History) {
	for i := range h.Log {
		h.Log[i].Key[0] = 255
	}
}

// withKey returns a copy of the log in which the event at one index has another key.
func withKey(log []history.Event, at int, key uuid.UUID) []history.Event {
	log = slices.Clone(log)
	log[at].Key = key
	return log
}

func touch[K comparable, T any](rows map[K]T, change func(*T)) {
	for id, row := range rows {
		change(&row)
		rows[id] = row
	}
}
