package findings

import (
	"runtime"

	"example.com/pgcqrs/tools/lab/load/baselines/lab"
)

// Machine describes the machine and the settings of the measurements.
type Machine struct {
	CPU      string   `json:"cpu"`
	Cores    int      `json:"cores"`
	Memory   string   `json:"memory"`
	System   string   `json:"system"`
	Go       string   `json:"go"`
	Postgres string   `json:"postgresql"`
	Settings []string `json:"settings"` // settings of PostgreSQL
	Programs []string `json:"programs"` // environment of the programs
	Rounds   int      `json:"rounds"`
	Seconds  float64  `json:"seconds"` // duration of one measurement
	Accounts int      `json:"accounts"`
}

func MachineOf(l *lab.Lab) Machine {
	return Machine{
		CPU:      lab.FieldOf("/proc/cpuinfo", "model name"),
		Cores:    runtime.NumCPU(),
		Memory:   lab.FieldOf("/proc/meminfo", "MemTotal"),
		System:   runtime.GOOS + "/" + runtime.GOARCH,
		Go:       runtime.Version(),
		Postgres: l.Version,
		Settings: l.Settings,
		Programs: lab.Settings,
		Rounds:   l.Options.Rounds,
		Seconds:  l.Options.Duration.Seconds(),
		Accounts: l.Options.Accounts,
	}
}
