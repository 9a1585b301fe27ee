package score

// Figures holds one value per round, by the names of contestant and figure.
type Figures map[string][]float64

func (f Figures) Median(name string) float64 { return SpreadOf(f[name]).Median }

// Row returns a row whose value is the ratio of two figures. Row divides the values of the same
// round by each other.
func (f Figures) Row(title string, reach Goal, unit, over, under string) Row {
	return Row{
		Title: title, Reach: reach, Value: SpreadOf(RatiosOf(f[over], f[under])),
		Figures: []Figure{{over, unit, SpreadOf(f[over])}, {under, unit, SpreadOf(f[under])}},
	}
}

// Value returns a row whose value is one figure.
func (f Figures) Value(title string, reach Goal, unit, name string) Row {
	return Row{Title: title, Reach: reach, Unit: unit, Value: SpreadOf(f[name])}
}
