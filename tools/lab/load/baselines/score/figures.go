package score

// Figures maps a name to one value per round. The name consists of the name of a contestant and the
// name of a figure.
type Figures map[string][]float64

func (f Figures) Median(name string) float64 { return SpreadOf(f[name]).Median }

// Row returns a row of the report whose value is the ratio of two figures. Row computes a ratio for
// each round, from the two values of that round.
func (f Figures) Row(title string, reach Goal, unit, over, under string) Row {
	return Row{
		Title: title, Reach: reach, Value: SpreadOf(RatiosOf(f[over], f[under])),
		Figures: []Figure{{over, unit, SpreadOf(f[over])}, {under, unit, SpreadOf(f[under])}},
	}
}

// Value returns a row of the report whose value is one figure.
func (f Figures) Value(title string, reach Goal, unit, name string) Row {
	return Row{Title: title, Reach: reach, Unit: unit, Value: SpreadOf(f[name])}
}
