package baselines

import (
	"context"
	"fmt"
)

// side is one of those that take turns.
type side struct {
	name string
	turn func(ctx context.Context) (float64, error) // the turn's figure
}

// figures are the sides' in each round.
type figures map[string][]float64

// takeTurns measures all sides in each round, next to each other in time, and begins
// every round with another one.
func (b *bench) takeTurns(ctx context.Context, sides ...side) (figures, error) {
	measured := figures{}
	for round := range b.Rounds {
		if err := b.round(ctx, round, sides, measured); err != nil {
			return nil, err
		}
	}
	return measured, nil
}

func (b *bench) round(ctx context.Context, round int, sides []side, measured figures) error {
	unlock, err := takeLock(ctx, b.Lock)
	if err != nil {
		return err
	}
	defer unlock()
	for i := range sides {
		s := sides[(round+i)%len(sides)]
		figure, err := s.turn(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		measured[s.name] = append(measured[s.name], figure)
		b.Say(fmt.Sprintf("%s, round %d of %d: %-8s %s", b.contest, round+1, b.Rounds, s.name, number(figure)))
	}
	return nil
}
