//go:build linux

package main

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/copies"
)

// sound is a small history in which everything is right: two accounts, a refusal, a
// retry after a lost answer, a repeated closing, a message that came twice, an opening that was
// given up, since nothing was done, an API that was asked whether it is ready, and one that was asked
// for a parked stream. Every other text is as long as the service takes one. Then there are customers.
func sound() *history {
	h := soundAccounts()
	addPeople(h)
	return h
}

func soundAccounts() *history {
	h := &history{started: time.UnixMicro(0), slowest: time.Second, keys: make(map[uuid.UUID]bool), models: models{
		balances: make(map[uuid.UUID]balance), statements: make(map[uuid.UUID]statement), owners: make(map[uuid.UUID]digest), references: make(map[place]digest),
		customers: make(map[uuid.UUID]customer),
	}}
	ada, bob := uuid.New(), uuid.New()
	did(h, ada, opened, 0)
	did(h, bob, opened, 0)
	did(h, ada, deposited, 10)
	refusal := answered(h, command{uuid.New(), bob, withdrawn, 5, 0, uuid.Nil})
	refusal.status, refusal.code = 422, "insufficient_funds"
	late := h.calls[len(h.calls)-2] // the deposit, asked again
	late.sent, late.done = now(h), now(h)+1
	h.calls = append(h.calls, late)
	did(h, bob, deposited, 7)
	lost := *answered(h, command{h.calls[len(h.calls)-1].key, bob, deposited, 7, 0, uuid.Nil})
	h.calls = slices.Delete(h.calls, len(h.calls)-1, len(h.calls))
	lost.status, lost.sent, lost.done = 0, h.calls[len(h.calls)-1].sent-1, h.calls[len(h.calls)-1].sent
	h.calls = slices.Insert(h.calls, len(h.calls)-1, lost)
	did(h, ada, withdrawn, 10)
	did(h, ada, closed, 0)
	again := answered(h, command{uuid.New(), ada, closed, 0, 0, uuid.Nil})
	again.status, again.version, again.at = 200, 4, 6
	given := answered(h, command{uuid.New(), uuid.New(), opened, 0, 0, uuid.Nil})
	given.status, given.code = 503, "unavailable"
	for _, c := range h.calls {
		h.keys[c.key] = c.succeeded() || h.keys[c.key]
	}
	h.lockings, h.probes = []locking{{time.Second, 3 * time.Second}}, []probe{{0, time.Second, 2 * time.Second, false}, {0, 2 * time.Second, 4 * time.Second, true}}
	h.tail = slices.Clone(h.log)
	for _, e := range h.log {
		h.published = append(h.published, published{e.id, e.account, e.text})
		if e.kind == opened {
			h.models.owners[e.account] = e.text
		} else if isLarge(e.key) {
			h.models.references[place{e.account, e.version}] = e.text
		}
	}
	h.published = append(h.published, h.published[2])
	for id, stream := range newEvidence(h).streams {
		h.models.balances[id], h.models.statements[id] = fold(stream).balance, fold(stream).statement
	}
	h.totals = []total{{0, 0}, {3, 10}, {4, 17}, {6, 7}}
	h.reads = []reading{
		{ada, 3, 3, 200, 2, 10, ofAccount, 0, h.log[0].text}, {bob, 0, 1, 404, 0, 0, ofAccount, 0, digest{}}, {bob, 4, 6, 200, 2, 7, ofList, 0, h.log[1].text},
		{ada, 0, 6, 200, 3, 0, ofStatement, 2, digestOf(textOf(deposited, h.log[2].key) + textOf(withdrawn, h.log[4].key))},
	}
	h.parked = []parkedRead{{0, 0, time.Second, 503, "read_model_parked", true}}
	h.copies = map[string][copies.Buckets]copies.Row{"copy_01": copied(h.log), "copy_02": copied(h.log)}
	h.kept = kept{taken: 2, used: 3}
	h.listed = map[uuid.UUID]int{ada: 1, bob: 1}
	h.own = []ownReport{{verb: "verify", about: 4, left: 2}, {verb: "reconciling of balances", about: 6}}
	return h
}

func now(h *history) time.Duration { return time.Duration(len(h.calls)) * 10 * time.Millisecond }

// answered adds a request that has an answer, which the caller fills in.
func answered(h *history, c command) *call {
	h.calls = append(h.calls, call{command: c, sent: now(h), done: now(h) + time.Millisecond})
	return &h.calls[len(h.calls)-1]
}

// did adds a command that took effect.
func did(h *history, account uuid.UUID, kind string, amount int64) {
	version := int64(1)
	for _, e := range h.log {
		if e.account == account {
			version++
		}
	}
	key := uuid.New()
	key[0] = byte(255 * (len(h.log) % 2)) // every other text is long
	c := answered(h, command{key, account, kind, amount, 0, uuid.Nil})
	c.status, c.version, c.at = 200, version, int64(len(h.log))+1
	h.log = append(h.log, event{c.at, account, version, uuid.New(), kind, amount, c.key, c.done.Microseconds(), digestOf(textOf(kind, c.key)), digest{}})
}

func TestASoundHistoryHolds(t *testing.T) {
	t.Parallel()
	for _, v := range check(sound(), steady) {
		if v.Count > 0 {
			t.Errorf("%s: %v", v.Name, v.Violations)
		}
	}
}

// A read of a parked stream that proves nothing is passed over.
func TestReadsOfParkedStreamsAreExcused(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]parkedRead{
		"it went on meanwhile":                 {0, 0, time.Second, 200, "", false},
		"the process was hit":                  {0, 5 * time.Second, 5*time.Second + queryFor, 0, "", true},
		"the process is not there":             {1, 0, time.Millisecond, 0, "", true},
		"the standby does not know of it yet":  {programs - 1, 0, 5 * time.Second, 503, "position_not_reached", true},
		"the database was away":                {1, 0, time.Second, 503, "unavailable", true},
		"the campaign itself stood still then": {1, 20 * time.Second, 20*time.Second + queryFor, 0, "", true},
	} {
		h := &history{spans: []span{{"freeze-api", 0, 6 * time.Second, 10 * time.Second}}, late: []lateness{{21 * time.Second, 2 * time.Second}}, parked: []parkedRead{r}}
		v := verdict{}
		if parkedReads(newEvidence(h), &v); v.Count > 0 || v.Looked > 0 {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

// Each way to be wrong is found by the check that is there for it.
func TestDoctoredHistoriesAreFound(t *testing.T) {
	t.Parallel()
	for name, doctored := range map[string]struct {
		check string
		harm  func(h *history)
	}{
		"an acknowledged event is lost":            {"acknowledged", func(h *history) { lose(h, 5) }},
		"a lost event's place is given to another": {"acknowledged", func(h *history) { h.log[2].key = uuid.New() }},
		"a command takes effect twice":             {"acknowledged", func(h *history) { repeat(h, 3, h.log[3].key) }},
		"a repetition gets another answer":         {"acknowledged", func(h *history) { h.calls[4].version, h.calls[4].at = 1, 1 }},
		"a refused command took effect":            {"refused", func(h *history) { repeat(h, 3, h.calls[3].key) }},
		"an event that nobody sent":                {"commanded", func(h *history) { repeat(h, 3, uuid.New()) }},
		"an event of another amount than was sent": {"commanded", func(h *history) { h.log[3].amount++ }},
		"a hole":                                   {"positions", func(h *history) { h.log[4].position++; h.log[5].position++ }},
		"an event twice":                           {"positions", func(h *history) { h.log[4].id = h.log[3].id }},
		"the tail skipped an event":                {"positions", func(h *history) { h.tail = slices.Delete(h.tail, 2, 3) }},
		"the tail saw what was undone":             {"positions", func(h *history) { h.tail[3].amount++ }},
		"the tail went backwards":                  {"positions", func(h *history) { h.tailSaid = []string{"after position 4 the tail showed 3"} }},
		"a later command got a lower position":     {"real time", func(h *history) { swap(h, 2, 3) }},
		"the time of recording fell":               {"recorded", func(h *history) { h.log[4].recorded = h.log[3].recorded - 1 }},
		"it fell far, and the clock did not":       {"recorded", func(h *history) { h.log[3].recorded += 3 * time.Minute.Microseconds() }},
		"a time of recording ahead of the clock":   {"recorded", func(h *history) { h.log[5].recorded += 2 * time.Minute.Microseconds() }},
		"a time of recording behind the clock":     {"recorded", func(h *history) { h.clock = []clockOff{{-1, -1, time.Hour}} }},
		"nothing was done, and its event is there": {"unavailable", func(h *history) { repeat(h, 3, givenUp(h).key) }},
		"nothing was done, and its key is there":   {"unavailable", func(h *history) { h.keys[givenUp(h).key] = true }},
		"nothing was done, and its message is there": {"unavailable", func(h *history) {
			h.published = append(h.published, published{uuid.New(), givenUp(h).account, digest{}})
		}},
		"nothing was done, and its row is there":      {"unavailable", func(h *history) { h.models.balances[givenUp(h).account] = balance{} }},
		"a key was forgotten":                         {"keys", func(h *history) { h.keys[h.calls[0].key] = false }},
		"a refused command's key is remembered":       {"keys", func(h *history) { h.keys[h.calls[3].key] = true }},
		"an API was ready that could append nothing":  {"readiness", func(h *history) { h.probes[0].ready = true }},
		"a command took long, and nothing was broken": {"slowest", func(h *history) { h.calls[2].done += time.Second }},
		"two events have one version":                 {"versions", func(h *history) { h.log[4].version-- }},
		"a version is missing":                        {"versions", func(h *history) { h.log[3].version++ }},
		"more was paid out than there was":            {"rules", func(h *history) { h.log[4].amount = 11 }},
		"something came after the closing":            {"rules", func(h *history) { h.log[4], h.log[5] = h.log[5], h.log[4] }},
		"a refusal that rests on what was never true": {"linearizable", func(h *history) { h.calls[3].account = h.log[2].account }},
		"a refusal for what was over":                 {"linearizable", func(h *history) { h.calls[3].sent, h.calls[3].done = now(h), now(h)+1 }},
		"a precondition held, and was said not to":    {"linearizable", func(h *history) { h.calls[3].status, h.calls[3].ifMatch = 412, 1 }},
		"a precondition did not hold":                 {"linearizable", func(h *history) { h.calls[2].ifMatch = 2 }},
		"half of an event was seen":                   {"sums", func(h *history) { h.totals[1].sum = 5 }},
		"the balances ran ahead of their checkpoint":  {"sums", func(h *history) { h.totals[2].at = 3 }},
		"a row is wrong":                              {"read models", func(h *history) { touch(h.models.balances, func(b *balance) { b.amount++ }) }},
		"a row is missing":                            {"read models", func(h *history) { clear(h.models.statements) }},
		"an event was applied twice":                  {"read models", func(h *history) { touch(h.models.statements, func(s *statement) { s.lines++ }) }},
		"a stream is parked":                          {"read models", func(h *history) { h.models.parked++ }},
		"Min-Position lied":                           {"reads", func(h *history) { h.reads[0].min = 4 }},
		"a query showed the state of before":          {"reads", func(h *history) { h.reads[2].version, h.reads[2].balance = 1, 0 }},
		"a list showed the state of before":           {"reads", func(h *history) { h.reads[2].version, h.reads[2].balance = 1, 0 }},
		"a statement lacks a line":                    {"reads", func(h *history) { h.reads[3].lines-- }},
		"a statement's balance is wrong":              {"reads", func(h *history) { h.reads[3].balance++ }},
		"an account is in no page":                    {"listed", func(h *history) { delete(h.listed, h.log[0].account) }},
		"an account is listed twice":                  {"listed", func(h *history) { h.listed[h.log[0].account]++ }},
		"an account is listed that nobody opened":     {"listed", func(h *history) { h.listed[uuid.New()]++ }},
		"the chain ends before the log does":          {"chained", func(h *history) { h.own[0].left-- }},
		"an event is not what the chain says":         {"chained", func(h *history) { h.own[0].differs = []string{"position 3: changed"} }},
		"reconciling did not come to the end":         {"reconciled", func(h *history) { h.own[1].about-- }},
		"reconciling found a difference":              {"reconciled", func(h *history) { h.own[1].differs = []string{"positions 1 to 3: 1 is missing"} }},
		"a query did not find what was there":         {"reads", func(h *history) { h.reads[1].min = 2 }},
		"a message is missing":                        {"messages", func(h *history) { h.published = h.published[:5] }},
		"messages of a stream changed places":         {"messages", func(h *history) { p := h.published; p[1], p[3] = p[3], p[1] }},
		"a message came twice under two ids":          {"messages", func(h *history) { h.published = append(h.published, published{uuid.New(), h.log[0].account, digest{}}) }},
		"an event's text was cut":                     {"whole", func(h *history) { h.log[3].text = digestOf("cut") }},
		"an account's owner was cut":                  {"whole", func(h *history) { delete(h.models.owners, h.log[0].account) }},
		"a line's text is another one's":              {"whole", func(h *history) { touch(h.models.references, func(d *digest) { d[0]++ }) }},
		"a message's text was cut":                    {"whole", func(h *history) { h.published[2].text[0]++ }},
		"no text was long":                            {"whole", func(h *history) { shorten(h) }},
		"a query showed another owner":                {"reads", func(h *history) { h.reads[0].text[0]++ }},
		"a statement's text was cut":                  {"reads", func(h *history) { h.reads[3].text[0]++ }},
		"a parked stream was shown":                   {"parked", func(h *history) { h.parked[0].status, h.parked[0].code = 200, "" }},
		"a parked stream was not found":               {"parked", func(h *history) { h.parked[0].status, h.parked[0].code = 404, "not_found" }},
		"a read of a parked stream waited in vain":    {"parked", func(h *history) { h.parked[0].code = "position_not_reached" }},
		"a read of a parked stream hung":              {"parked", func(h *history) { h.parked[0] = parkedRead{done: queryFor, still: true} }},
		"one of many projections lacks an event":      {"copies", func(h *history) { h.copies["copy_02"] = copied(h.log[:5]) }},
		"one of many projections has one twice":       {"copies", func(h *history) { h.copies["copy_02"] = copied(append(h.log[:6:6], h.log[5])) }},
		"one of many projections has another text":    {"copies", func(h *history) { h.copies["copy_02"] = copied(withKey(h.log, 2, uuid.UUID{255})) }},
		"no snapshot was taken":                       {"snapshots", func(h *history) { h.kept.taken = 0 }},
		"no snapshot was used":                        {"snapshots", func(h *history) { h.kept.used = 0 }},
		"nothing was looked at":                       {"sums", func(h *history) { h.totals = nil }},
	} {
		finds(t, name, doctored.check, doctored.harm)
	}
}

// finds sees that a check finds what is wrong with a history, which is sound otherwise.
func finds(t *testing.T, name, by string, harm func(h *history)) {
	t.Helper()
	h := sound()
	harm(h)
	for _, v := range check(h, steady) {
		if v.Name == by && v.Count > 0 {
			return
		}
	}
	t.Errorf("%s: %q does not find it", name, by)
}

// lost is a history in which the log went back once, and began another epoch.
func lost() *history {
	h := sound()
	h.spans = []span{{"restore", -1, 0, 0}}
	for n := range h.calls {
		h.calls[n].epoch = "new"
	}
	gone := h.calls[2] // a deposit that was answered, and went with the old log
	gone.key, gone.epoch = uuid.New(), "old"
	h.calls = append([]call{gone}, h.calls...)
	h.published = append(h.published, published{uuid.New(), gone.account, digest{}})
	return h
}

func TestALossyHistoryHoldsFromItsLastEpochOn(t *testing.T) {
	t.Parallel()
	for name, doctored := range map[string]struct {
		check string
		harm  func(h *history)
	}{
		"":                                      {"", func(*history) {}},
		"an answer that speaks of no epoch":     {"", func(h *history) { h.calls[1].epoch, h.calls[len(h.calls)-1].epoch, h.some = "", "", true }},
		"the epoch stayed as it was":            {"epochs", func(h *history) { h.calls[0].epoch = "new" }},
		"an event of the last epoch is lost":    {"acknowledged", func(h *history) { lose(h, 5) }},
		"a remembered balance was decided on":   {"rules", func(h *history) { h.log[4].amount = 11 }},
		"a read model has what was lost":        {"read models", func(h *history) { touch(h.models.balances, func(b *balance) { b.amount++ }) }},
		"a message of an event that is missing": {"messages", func(h *history) { h.published = h.published[1:] }},
	} {
		h := lost()
		doctored.harm(h)
		h.forgetLost()
		found := ""
		for _, v := range check(h, lossy) {
			if v.Count > 0 && (found == "" || v.Name == doctored.check) {
				found = v.Name
			}
		}
		if found != doctored.check {
			t.Errorf("%q: found by %q, want %q", name, found, doctored.check)
		}
	}
}

// givenUp is the command whose client gave it up, since nothing was done.
func givenUp(h *history) call {
	return h.calls[slices.IndexFunc(h.calls, func(c call) bool { return c.code == "unavailable" })]
}

// lose takes an event out of the log as if it had never been there.
func lose(h *history, at int) {
	h.log = slices.Delete(h.log, at, at+1)
	h.tail = slices.Clone(h.log)
}

// repeat adds an event once more, under a key.
func repeat(h *history, at int, key uuid.UUID) {
	e := h.log[at]
	e.position, e.version, e.id, e.key = int64(len(h.log))+1, e.version+1, uuid.New(), key
	h.log = append(h.log, e)
}

// swap has two events of different accounts change places, and the answers with them.
func swap(h *history, one, other int) {
	h.log[one], h.log[other] = h.log[other], h.log[one]
	for _, at := range []int{one, other} {
		h.log[at].position = int64(at) + 1
		for i := range h.calls {
			if h.calls[i].key == h.log[at].key && h.calls[i].succeeded() {
				h.calls[i].at = h.log[at].position
			}
		}
	}
}

// shorten gives all events keys under which no text is long.
func shorten(h *history) {
	for i := range h.log {
		h.log[i].key[0] = 255
	}
}

// withKey returns a log in which an event has another key.
func withKey(log []event, at int, key uuid.UUID) []event {
	log = slices.Clone(log)
	log[at].key = key
	return log
}

func touch[K comparable, T any](rows map[K]T, change func(*T)) {
	for id, row := range rows {
		change(&row)
		rows[id] = row
	}
}

func TestPausesAreThoseOfTheOthers(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	h := &history{spans: []span{
		{"freeze-api", 0, 1000 * ms, 5000 * ms},
		{"freeze-api", 0, 20000 * ms, 21000 * ms}, {"crash-postgres", -1, 20500 * ms, 20600 * ms}, // stops everybody
	}}
	for at := time.Duration(0); at < 30*time.Second; at += 10 * ms {
		took := 2 * ms
		if at == 2000*ms || at == 20500*ms {
			took = 700 * ms
		}
		h.calls = append(h.calls, call{process: 1, status: 200, sent: at, done: at + took}, call{process: 0, sent: at, done: at + 3000*ms})
	}
	got := pauses(h)
	if len(got) != 1 || got[0].Kind != "freeze-api" || got[0].Looked != 1 || got[0].Longest != 700*ms || got[0].At != 2000*ms {
		t.Errorf("got %+v, want a pause of 700 ms at 2 s", got)
	}
}

// A server's clock that was set is no reason to complain: times fall with it.
func TestTimesOfRecordingFollowTheServersClock(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		recorded time.Duration // of the last event but one, later than it was
		off      []clockOff
		holds    bool
	}{
		"it was right":                        {0, nil, true},
		"a year ahead, and back":              {365 * 24 * time.Hour, []clockOff{{0, 0, 365 * 24 * time.Hour}, {time.Minute, time.Minute, 0}}, true},
		"said to be a year ahead, and is not": {0, []clockOff{{0, 0, 365 * 24 * time.Hour}, {time.Minute, time.Minute, 0}}, false},
		"back by less than a minute":          {50 * time.Second, []clockOff{{0, 0, 50 * time.Second}, {time.Minute, time.Minute, 0}}, false},
	} {
		h := soundAccounts()
		for i := range h.log[:5] {
			h.log[i].recorded += c.recorded.Microseconds()
		}
		for i := range h.calls {
			if h.calls[i].key == h.log[5].key { // two minutes later than the others
				h.calls[i].sent, h.calls[i].done = h.calls[i].sent+2*time.Minute, h.calls[i].done+2*time.Minute
			}
		}
		h.log[5].recorded += (2 * time.Minute).Microseconds()
		if name == "back by less than a minute" {
			h.log[5].recorded = h.log[4].recorded - 1
		}
		h.clock = c.off
		v := verdict{}
		recorded(newEvidence(h), &v)
		if (v.Count == 0) != c.holds {
			t.Errorf("%s: %v", name, v.Violations)
		}
	}
}

// A command counts from the first call to a process that is not hit; what PostgreSQL or its
// required standby does to all, a second or three after it included, does not.
func TestTheSlowestCommandIsOfAProcessThatWasNotHit(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		spans []span
		calls []call
		want  time.Duration
	}{
		"alone":                           {nil, []call{{process: 1, status: 200, sent: 0, done: 7 * ms}}, 7 * ms},
		"its own process is frozen":       {[]span{{"freeze-api", 1, 5 * ms, 9 * ms}}, []call{{process: 1, status: 200, sent: 0, done: 700 * ms}}, 0},
		"it was frozen just before":       {[]span{{"freeze-api", 1, 0, 9 * ms}}, []call{{process: 1, status: 200, sent: 1000 * ms, done: 1700 * ms}}, 0},
		"it was frozen a while ago":       {[]span{{"freeze-api", 1, 0, 9 * ms}}, []call{{process: 1, status: 200, sent: 1010 * ms, done: 1700 * ms}}, 690 * ms},
		"another one is frozen":           {[]span{{"freeze-api", 0, 5 * ms, 9 * ms}}, []call{{process: 1, status: 200, sent: 0, done: 700 * ms}}, 700 * ms},
		"a projector is killed":           {[]span{{"kill-projector", 1, 5 * ms, 9 * ms}}, []call{{process: 1, status: 200, sent: 0, done: 700 * ms}}, 700 * ms},
		"PostgreSQL is down":              {[]span{{"crash-postgres", -1, 5 * ms, 9 * ms}}, []call{{process: 1, status: 200, sent: 2900 * ms, done: 3500 * ms}}, 0},
		"somebody's session is ended":     {[]span{{"terminate-backend", -1, 5 * ms, 9 * ms}}, []call{{process: 1, status: 200, sent: 0, done: 700 * ms}}, 0},
		"rows are locked":                 {[]span{{"foreign-row-locks", -1, 5 * ms, 9 * ms}}, []call{{process: 1, status: 200, sent: 0, done: 700 * ms}}, 700 * ms},
		"the server's clock jumps":        {[]span{{"server-clock-jump", -1, 5 * ms, 9 * ms}}, []call{{process: 1, status: 200, sent: 0, done: 700 * ms}}, 700 * ms},
		"first to the frozen one":         {[]span{{"freeze-api", 0, 0, 3000 * ms}}, []call{{process: 0, sent: 0, done: 2000 * ms}, {process: 1, status: 200, sent: 2050 * ms, done: 2060 * ms}}, 10 * ms},
		"again after nothing was done":    {nil, []call{{process: 1, status: 503, code: "unavailable", sent: 0, done: 400 * ms}, {process: 2, status: 200, sent: 450 * ms, done: 800 * ms}}, 800 * ms},
		"the same command later":          {nil, []call{{process: 1, status: 200, sent: 0, done: 4 * ms}, {process: 2, status: 200, sent: 9000 * ms, done: 9002 * ms}}, 4 * ms},
		"a refusal, and the same command": {nil, []call{{process: 1, status: 422, sent: 0, done: 4 * ms}, {process: 2, status: 422, sent: 9000 * ms, done: 9002 * ms}}, 4 * ms},
	} {
		if got := slowestCommand(newEvidence(&history{spans: c.spans, calls: c.calls})); got.Longest != c.want {
			t.Errorf("%s: %+v, want %v", name, got, c.want)
		}
	}
}
