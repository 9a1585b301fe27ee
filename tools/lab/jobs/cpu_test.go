package jobs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/rig"
)

// cpu is the processor time of PostgreSQL and of this process. Both are zero if the machine has no
// /proc or PostgreSQL runs on another machine.
type cpu struct{ postgres, process time.Duration }

func (c cpu) since(before cpu) cpu {
	return cpu{c.postgres - before.postgres, c.process - before.process}
}

func micros(d time.Duration) float64 { return float64(d.Microseconds()) }

// spent returns the processor time that has been used so far.
func spent(b *testing.B, pool *pgxpool.Pool) cpu {
	b.Helper()
	backend := statOf(fmt.Sprintf("/proc/%d/stat", rig.One[int](b, pool, `SELECT pg_backend_pid()`)))
	if len(backend) < 2 {
		return cpu{}
	}
	postmaster := backend[1]
	times := cpu{process: sum(statOf("/proc/self/stat"), 11, 12), postgres: sum(statOf("/proc/"+postmaster+"/stat"), 11, 12, 13, 14)}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is valid
	for _, path := range stats {
		if fields := statOf(path); len(fields) > 12 && fields[1] == postmaster {
			times.postgres += sum(fields, 11, 12)
		}
	}
	return times
}

// statOf returns the fields after the process's name in a file /proc/PID/stat. It skips the name,
// because a name may contain spaces and brackets.
func statOf(path string) []string {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return strings.Fields(string(content[strings.LastIndexByte(string(content), ')')+1:]))
}

// sum adds up the fields with the given indexes, and returns the sum as a duration. The fields
// contain clock ticks. On every Linux, a tick is a hundredth of a second.
func sum(fields []string, indexes ...int) (total time.Duration) {
	for _, i := range indexes {
		if i < len(fields) {
			ticks, _ := strconv.ParseInt(fields[i], 10, 64) // 0 if the field is no number
			total += time.Duration(ticks) * 10 * time.Millisecond
		}
	}
	return total
}
