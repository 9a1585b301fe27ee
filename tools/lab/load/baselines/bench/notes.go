package bench

import (
	"fmt"

	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/report"
)

func LagNote(f score.Figures, side string) string {
	return fmt.Sprintf("lag at most %s events, %s at the end and gone %s s later",
		report.Number(score.SpreadOf(f[side+" lag"]).Max), report.Number(f.Median(side+" left")), report.Number(f.Median(side+" drain")))
}

const PerSecond = "/s"

func LatencyNote(f score.Figures, side string) string {
	return fmt.Sprintf("p50 %s ms, p99 %s ms", report.Number(f.Median(side+" p50")), report.Number(f.Median(side+" p99")))
}
