package admission

import (
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// Watched is how many subjects, and how many addresses, are counted. The one that was seen least
// recently is forgotten and starts again.
const Watched = 10_000

// Rates bounds how many requests per second each name may send, with a token bucket per name.
type Rates struct {
	most    int
	buckets *lru.Cache[string, *rate.Limiter]
}

// NewRates returns Rates that let most requests per second pass, and twice as many at once; 0: no
// limit.
func NewRates(most int) *Rates {
	buckets, err := lru.New[string, *rate.Limiter](Watched)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &Rates{most, buckets}
}

// Allow reports whether the name may send another request.
func (r *Rates) Allow(name string) bool {
	if r.most == 0 {
		return true
	}
	bucket, known := r.buckets.Get(name)
	if !known {
		bucket = rate.NewLimiter(rate.Limit(r.most), 2*r.most)
		if earlier, raced, _ := r.buckets.PeekOrAdd(name, bucket); raced {
			bucket = earlier
		}
	}
	return bucket.Allow()
}
