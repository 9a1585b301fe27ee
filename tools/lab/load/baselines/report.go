package baselines

import (
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"

	"example.com/pgcqrs/tools/lab/load/drive"
	"example.com/pgcqrs/tools/lab/load/report"
)

// Report is what contests found, and on what.
type Report struct {
	Machine Machine `json:"machine"`
	Rows    []Row   `json:"rows"`
	Turns   []Turn  `json:"turns"`
}

// Turn is a load that one side of a contest had in one round.
type Turn struct {
	Contest string        `json:"contest"`
	Side    string        `json:"side"`
	Round   int           `json:"round"`
	Result  *drive.Result `json:"result"`
}

// Machine is where it was measured, and with what.
type Machine struct {
	CPU      string   `json:"cpu"`
	Cores    int      `json:"cores"`
	Memory   string   `json:"memory"`
	System   string   `json:"system"`
	Go       string   `json:"go"`
	Postgres string   `json:"postgresql"`
	Settings []string `json:"settings"` // of PostgreSQL
	Programs []string `json:"programs"` // their environment
	Rounds   int      `json:"rounds"`
	Seconds  float64  `json:"seconds"` // of a turn
	Accounts int      `json:"accounts"`
}

func (l *Lab) machine() Machine {
	return Machine{
		CPU:      fieldOf("/proc/cpuinfo", "model name"),
		Cores:    runtime.NumCPU(),
		Memory:   fieldOf("/proc/meminfo", "MemTotal"),
		System:   runtime.GOOS + "/" + runtime.GOARCH,
		Go:       runtime.Version(),
		Postgres: l.version,
		Settings: l.settings,
		Programs: settings,
		Rounds:   l.Rounds,
		Seconds:  l.Duration.Seconds(),
		Accounts: l.Accounts,
	}
}

// fieldOf is the value of a name in one of the kernel's files, "" where there is none.
func fieldOf(path, name string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(content)) {
		if key, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// revision is the commit that was built, "" if nobody knows.
func revision() string {
	out, err := exec.Command("git", "rev-parse", "--short=10", "HEAD").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// Join puts the rows of an earlier report before those of this one where this one
// has not held the contest, in the order of the contests.
func (r *Report) Join(earlier *Report) {
	held := map[string]bool{}
	for _, row := range r.Rows {
		held[row.Contest] = true
	}
	for _, row := range earlier.Rows {
		if !held[row.Contest] {
			r.Rows = append(r.Rows, row)
		}
	}
	for _, turn := range earlier.Turns {
		if !held[turn.Contest] {
			r.Turns = append(r.Turns, turn)
		}
	}
	slices.SortStableFunc(r.Rows, func(a, b Row) int { return placeOf(a.Contest) - placeOf(b.Contest) })
}

func placeOf(name string) int {
	return slices.IndexFunc(contests, func(c contest) bool { return c.name == name })
}

// Table is the report for a terminal.
func (r *Report) Table() string {
	lines := [][]string{{"", "measured", "min – max", "to reach"}}
	for _, row := range r.Rows {
		lines = append(lines, []string{row.Title, row.value(), row.Value.ends(), row.Reach.String()})
	}
	return report.Align(lines)
}
