package score

// Figures holds the values of each round, by side and figure.
type Figures map[string][]float64

func (f Figures) Median(name string) float64 { return SpreadOf(f[name]).Median }

// Row divides one figure by another, round by round.
func (f Figures) Row(title string, reach Goal, unit, over, under string) Row {
	return Row{
		Title: title, Reach: reach, Value: SpreadOf(RatiosOf(f[over], f[under])),
		Figures: []Figure{{over, unit, SpreadOf(f[over])}, {under, unit, SpreadOf(f[under])}},
	}
}

// Value returns a row of one figure alone.
func (f Figures) Value(title string, reach Goal, unit, name string) Row {
	return Row{Title: title, Reach: reach, Unit: unit, Value: SpreadOf(f[name])}
}
