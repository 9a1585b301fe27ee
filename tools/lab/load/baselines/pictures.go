package baselines

import (
	"example.com/pgcqrs/tools/lab/load/baselines/findings"
	"example.com/pgcqrs/tools/lab/load/report"
)

// Pictures returns SVG pictures by file name: one picture of all ratios, and one picture of the
// measurements of each benchmark.
func Pictures(r *findings.Report) (map[string]string, error) {
	pictures := map[string]string{}
	var err error
	if pictures["ratios.svg"], err = report.Bars("How much of what is to be reached", r.Subtitle(), r.Bars()); err != nil {
		return nil, err
	}
	for _, c := range contests {
		lines := r.Lines(c.name)
		if len(lines) == 0 {
			continue
		}
		if pictures[c.name+".svg"], err = report.Curves(findings.Sentence(c.does), r.Subtitle(), lines); err != nil {
			return nil, err
		}
	}
	return pictures, nil
}
