package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"example.com/pgcqrs/tools/lab/load/baselines/lab"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/drive/measure"
	"example.com/pgcqrs/tools/lab/load/report"
)

// cpuTimes holds the processor time that the measured processes have used so far.
type cpuTimes struct{ server, postgres, generator time.Duration }

// cpuOf reads the processor times of the measured processes. If the kernel does not report a time,
// that time is zero.
func (b *Bench) cpuOf(t Target) cpuTimes {
	times := cpuTimes{generator: cpuTime(os.Getpid(), false)}
	if t.Server != nil {
		times.server = cpuTime(t.Server.Command.Process.Pid, false)
	}
	if t.Base == (lab.Base{}) || b.Lab.Server == nil {
		return times
	}
	content, err := os.ReadFile(filepath.Join(b.Lab.Server.Cluster.Dir, "data", "postmaster.pid"))
	if err != nil {
		return times
	}
	first, _, _ := strings.Cut(string(content), "\n")
	postmaster, _ := strconv.Atoi(first) // 0 for an invalid file: no measured process has this parent
	times.postgres = cpuTime(postmaster, true)
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is valid
	for _, path := range stats {
		if fields := statOf(path); len(fields) > 12 && fields[1] == first {
			times.postgres += ticks(fields[11]) + ticks(fields[12])
		}
	}
	return times
}

// cpuTime returns the processor time of a process. If children is true, cpuTime adds the time of
// the child processes that have ended.
func cpuTime(pid int, children bool) time.Duration {
	fields := statOf(fmt.Sprintf("/proc/%d/stat", pid))
	if len(fields) < 15 {
		return 0
	}
	spent := ticks(fields[11]) + ticks(fields[12])
	if children {
		spent += ticks(fields[13]) + ticks(fields[14])
	}
	return spent
}

// statOf returns the fields after the process's name in a file /proc/PID/stat. statOf skips the
// name, because a name may contain spaces and brackets.
func statOf(path string) []string {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return strings.Fields(string(content[strings.LastIndexByte(string(content), ')')+1:]))
}

// ticks converts a number of clock ticks to a duration. On every Linux, a tick is a hundredth of a
// second.
func ticks(field string) time.Duration {
	n, _ := strconv.ParseInt(field, 10, 64) // 0 if the field is no number
	return time.Duration(n) * 10 * time.Millisecond
}

// since returns the processor time per answer of one measurement, in microseconds. The measured
// processor time includes the warm-up, but the answers during the warm-up are not counted. So the
// function since assumes that the rate of answers was the same during the warm-up as later.
func (c cpuTimes) since(before cpuTimes, result *measure.Result, warmup time.Duration) map[string]float64 {
	answers := result.Parts[0].PerSecond * (result.Seconds + warmup.Seconds())
	each := func(spent time.Duration) float64 { return float64(spent.Microseconds()) / max(1, answers) }
	return map[string]float64{
		"cpu": each(c.server - before.server), "postgres cpu": each(c.postgres - before.postgres), "generator cpu": each(c.generator - before.generator),
	}
}

// CpuNote returns a text for the report: how much processor time the API process, PostgreSQL and
// the load generator used for one answer.
func CpuNote(f score.Figures, side string) string {
	n := func(who string) string { return report.Number(f.Median(side + " " + who + "cpu")) }
	return fmt.Sprintf("µs of processor each: process %s, PostgreSQL %s, generator %s", n(""), n("postgres "), n("generator "))
}
