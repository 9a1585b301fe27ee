package bench

import "context"

// Collector starts a collector of traces in a separate process, and returns its URL.
func (b *Bench) Collector(ctx context.Context) (url string, err error) {
	p, err := b.Lab.StartSelf(ctx, "collector")
	if err != nil {
		return "", err
	}
	b.ends = append(b.ends, p.Stop)
	return p.Url, nil
}
