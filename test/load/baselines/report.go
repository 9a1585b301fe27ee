package baselines

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"
)

// Report is what a run of contests found, and on what.
type Report struct {
	Started time.Time `json:"started"`
	Machine Machine   `json:"machine"`
	Rows    []Row     `json:"rows"`
}

// Machine is where it was measured.
type Machine struct {
	CPU      string   `json:"cpu"`
	Cores    int      `json:"cores"`
	Memory   string   `json:"memory"`
	System   string   `json:"system"`
	Go       string   `json:"go"`
	Postgres string   `json:"postgresql"`
	Settings []string `json:"settings"`
	Rounds   int      `json:"rounds"`
	Seconds  float64  `json:"seconds"` // of a turn
}

func newReport(l *Lab) *Report {
	return &Report{Started: time.Now(), Machine: Machine{
		CPU:      fieldOf("/proc/cpuinfo", "model name"),
		Cores:    runtime.NumCPU(),
		Memory:   fieldOf("/proc/meminfo", "MemTotal"),
		System:   runtime.GOOS + "/" + runtime.GOARCH + " " + fieldOf("/proc/version", ""),
		Go:       runtime.Version(),
		Postgres: l.server.Binaries.Version,
		Settings: Settings,
		Rounds:   l.Rounds,
		Seconds:  l.Duration.Seconds(),
	}}
}

// fieldOf is the value of a name in one of the kernel's files, "" where there is none.
func fieldOf(path, name string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(content)) {
		if name == "" {
			return strings.Join(strings.Fields(line)[:min(3, len(strings.Fields(line)))], " ")
		}
		if key, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// Table is the report for a terminal.
func (r *Report) Table() string {
	lines := [][]string{{"", "ratio", "min – max", "to reach", "over", "under"}}
	for _, row := range r.Rows {
		lines = append(lines, []string{
			row.Title, number(row.Ratio.Median), number(row.Ratio.Min) + " – " + number(row.Ratio.Max), row.Goal,
			number(row.Over.Median) + row.Unit, number(row.Under.Median) + row.Unit,
		})
	}
	return align(lines)
}

// align sets columns: the first to the left, the others to the right.
func align(lines [][]string) string {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var out strings.Builder
	for _, line := range lines {
		for i, cell := range line {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				fmt.Fprintf(&out, "  %s%s", cell, pad)
			} else {
				fmt.Fprintf(&out, "   %s%s", pad, cell)
			}
		}
		out.WriteByte('\n')
	}
	return out.String()
}
