//go:build linux

package main

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
)

// sound is a small history in which everything is right: two accounts, a refusal, a
// retry after a lost answer, a repeated closing, and a message that came twice.
func sound() *history {
	h := &history{models: models{balances: make(map[uuid.UUID]balance), statements: make(map[uuid.UUID]statement)}}
	ada, bob := uuid.New(), uuid.New()
	did(h, ada, opened, 0)
	did(h, bob, opened, 0)
	did(h, ada, deposited, 10)
	refusal := answered(h, command{uuid.New(), bob, withdrawn, 5, 0})
	refusal.status, refusal.code = 422, "insufficient_funds"
	late := h.calls[len(h.calls)-2] // the deposit, asked again
	late.sent, late.done = now(h), now(h)+1
	h.calls = append(h.calls, late)
	did(h, bob, deposited, 7)
	lost := *answered(h, command{h.calls[len(h.calls)-1].key, bob, deposited, 7, 0})
	h.calls = slices.Delete(h.calls, len(h.calls)-1, len(h.calls))
	lost.status, lost.sent, lost.done = 0, h.calls[len(h.calls)-1].sent-1, h.calls[len(h.calls)-1].sent
	h.calls = slices.Insert(h.calls, len(h.calls)-1, lost)
	did(h, ada, withdrawn, 10)
	did(h, ada, closed, 0)
	again := answered(h, command{uuid.New(), ada, closed, 0, 0})
	again.status, again.version, again.at = 200, 4, 6
	h.tail = slices.Clone(h.log)
	for _, e := range h.log {
		h.published = append(h.published, published{e.id, e.account})
	}
	h.published = append(h.published, h.published[2])
	for id, stream := range newEvidence(h).streams {
		h.models.balances[id], h.models.statements[id] = fold(stream).balance, fold(stream).statement
	}
	h.totals = []total{{0, 0}, {3, 10}, {4, 17}, {6, 7}}
	h.reads = []reading{{ada, 3, 3, 200, 2, 10}, {bob, 0, 1, 404, 0, 0}, {bob, 4, 6, 200, 2, 7}}
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
	c := answered(h, command{uuid.New(), account, kind, amount, 0})
	c.status, c.version, c.at = 200, version, int64(len(h.log))+1
	h.log = append(h.log, event{c.at, account, version, uuid.New(), kind, amount, c.key, c.at})
}

func TestASoundHistoryHolds(t *testing.T) {
	t.Parallel()
	for _, v := range check(sound(), steady) {
		if v.Count > 0 {
			t.Errorf("%s: %v", v.Name, v.Violations)
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
		"a hole":                                      {"positions", func(h *history) { h.log[4].position++; h.log[5].position++ }},
		"an event twice":                              {"positions", func(h *history) { h.log[4].id = h.log[3].id }},
		"the tail skipped an event":                   {"positions", func(h *history) { h.tail = slices.Delete(h.tail, 2, 3) }},
		"the tail saw what was undone":                {"positions", func(h *history) { h.tail[3].amount++ }},
		"the tail went backwards":                     {"positions", func(h *history) { h.tailSaid = []string{"after position 4 the tail showed 3"} }},
		"a later command got a lower position":        {"real time", func(h *history) { swap(h, 2, 3) }},
		"the time of recording fell":                  {"positions", func(h *history) { h.log[4].recorded, h.tail[4].recorded = 1, 1 }},
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
		"a query did not find what was there":         {"reads", func(h *history) { h.reads[1].min = 2 }},
		"a message is missing":                        {"messages", func(h *history) { h.published = h.published[:5] }},
		"messages of a stream changed places":         {"messages", func(h *history) { p := h.published; p[1], p[3] = p[3], p[1] }},
		"a message came twice under two ids":          {"messages", func(h *history) { h.published = append(h.published, published{uuid.New(), h.log[0].account}) }},
		"nothing was looked at":                       {"sums", func(h *history) { h.totals = nil }},
	} {
		h := sound()
		doctored.harm(h)
		found := false
		for _, v := range check(h, steady) {
			found = found || v.Name == doctored.check && v.Count > 0
		}
		if !found {
			t.Errorf("%s: %q does not find it", name, doctored.check)
		}
	}
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
	h.published = append(h.published, published{uuid.New(), gone.account})
	return h
}

func TestALossyHistoryHoldsFromItsLastEpochOn(t *testing.T) {
	t.Parallel()
	for name, doctored := range map[string]struct {
		check string
		harm  func(h *history)
	}{
		"":                                      {"", func(*history) {}},
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

func touch[T any](rows map[uuid.UUID]T, change func(*T)) {
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
