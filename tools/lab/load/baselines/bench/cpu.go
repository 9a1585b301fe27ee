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

// cpuTimes holds the processor time that processes have used so far.
type cpuTimes struct{ server, postgres, generator time.Duration }

// cpuOf reads the processor times; a time that the kernel does not tell is zero.
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
	postmaster, _ := strconv.Atoi(first) // 0: no process that counts has this parent
	times.postgres = cpuTime(postmaster, true)
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is valid
	for _, path := range stats {
		if fields := statOf(path); len(fields) > 12 && fields[1] == first {
			times.postgres += ticks(fields[11]) + ticks(fields[12])
		}
	}
	return times
}

// cpuTime returns a process's own processor time, or the sum with that of its ended children.
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

// statOf returns the fields of a process's stat after its name, which may contain anything.
func statOf(path string) []string {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return strings.Fields(string(content[strings.LastIndexByte(string(content), ')')+1:]))
}

// ticks converts ticks, which are hundredths of a second on every Linux.
func ticks(field string) time.Duration {
	n, _ := strconv.ParseInt(field, 10, 64) // a number, or nothing that counts
	return time.Duration(n) * 10 * time.Millisecond
}

// since returns microseconds of processor time per answer of a turn. The warm-up's answers, which
// are not counted, are estimated at the same rate.
func (c cpuTimes) since(before cpuTimes, result *measure.Result, warmup time.Duration) map[string]float64 {
	answers := result.Parts[0].PerSecond * (result.Seconds + warmup.Seconds())
	each := func(spent time.Duration) float64 { return float64(spent.Microseconds()) / max(1, answers) }
	return map[string]float64{
		"cpu": each(c.server - before.server), "postgres cpu": each(c.postgres - before.postgres), "generator cpu": each(c.generator - before.generator),
	}
}

// CpuNote tells how the processor time was divided.
func CpuNote(f score.Figures, side string) string {
	n := func(who string) string { return report.Number(f.Median(side + " " + who + "cpu")) }
	return fmt.Sprintf("µs of processor each: process %s, PostgreSQL %s, generator %s", n(""), n("postgres "), n("generator "))
}
