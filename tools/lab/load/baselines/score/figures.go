package score

// Figures are what the sides of a contest had in each round, by name.
type Figures map[string][]float64

func (f Figures) Median(name string) float64 { return SpreadOf(f[name]).Median }

// Row divides one figure by another, round by round.
func (f Figures) Row(title string, reach Goal, unit, over, under string) Row {
	return Row{
		Title: title, Reach: reach, Value: SpreadOf(RatiosOf(f[over], f[under])),
		Figures: []Figure{{over, unit, SpreadOf(f[over])}, {under, unit, SpreadOf(f[under])}},
	}
}

// Value is a row of one figure alone.
func (f Figures) Value(title string, reach Goal, unit, name string) Row {
	return Row{Title: title, Reach: reach, Unit: unit, Value: SpreadOf(f[name])}
}
