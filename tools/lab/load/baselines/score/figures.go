package score

// Figures maps the name of a figure to its values, one per round of the benchmark. The name begins
// with the name of the measured program or configuration.
type Figures map[string][]float64

func (f Figures) Median(name string) float64 { return SpreadOf(f[name]).Median }

// Row returns a row of the report. The value of the row is the ratio of two figures. Row computes a
// ratio for each round, from the two values of that round.
func (f Figures) Row(title string, reach Goal, unit, over, under string) Row {
	return Row{
		Title: title, Reach: reach, Value: SpreadOf(RatiosOf(f[over], f[under])),
		Figures: []Figure{{over, unit, SpreadOf(f[over])}, {under, unit, SpreadOf(f[under])}},
	}
}

// Value returns a row of the report. The value of the row is one figure.
func (f Figures) Value(title string, reach Goal, unit, name string) Row {
	return Row{Title: title, Reach: reach, Unit: unit, Value: SpreadOf(f[name])}
}
