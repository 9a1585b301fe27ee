//go:build linux

package hits

import (
	"fmt"
	"slices"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/history"
)

// Everybody lists the kinds of faults during which no process can do its work, such as a crash of
// PostgreSQL.
var Everybody = []string{
	"crash-postgres", "disk-full", "failover", "foreign-append-lock", "foreign-events-lock", "required-standby-stalls", "required-standby-cut-off",
	"promote", "promote-stalled", "promote-cut-off", "promote-unwaited", "lossy-failover", "restore",
}

const (
	Settle   = time.Second     // added to the time of a fault of one process
	Recovery = 3 * time.Second // added to the time of a fault of all processes, which retry once a second
)

// During returns the faults that were active between two times, or had ended shortly before.
func During(spans []history.Span, from, to time.Duration) (names []string) {
	for _, s := range spans {
		if s.From <= to && s.To+Settle/4 >= from {
			names = append(names, fmt.Sprintf("%s (%v to %v)", nameOf(s), (s.From-from).Round(time.Millisecond), (s.To-from).Round(time.Millisecond)))
		}
	}
	return names
}

func nameOf(s history.Span) string {
	if s.Process < 0 {
		return s.Kind
	}
	return fmt.Sprint(s.Kind, " ", s.Process)
}

func IsOfAPI(kind string) bool {
	return slices.Contains([]string{"kill-api", "freeze-api", "cut-api", "half-open-api", "lost-answer-api", "part-of-a-flight", "slow-api", "end-api"}, kind)
}

// SparesWorkers reports whether faults of a kind affect only subscribers, API processes, the broker
// or the issuer. Such a fault does not affect the processes that run workflows.
func SparesWorkers(kind string) bool {
	return IsOfAPI(kind) || slices.Contains([]string{
		"cut-subscribers", "stall-subscribers", "half-open-subscribers", "half-close-subscribers", "kill-broker", "freeze-broker", "rotate-issuer-keys",
		"issuer-away", "clock-jump",
	}, kind)
}

// OfAny reports whether faults of a kind affect one process at a time, and the history does not say
// which process. The fault terminate-backend ends a random session of the database. The fault
// rolling-restart restarts one process after another.
func OfAny(kind string) bool { return kind == "terminate-backend" || kind == "rolling-restart" }
