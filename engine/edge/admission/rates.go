package admission

import (
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// Watched is how many subjects, and how many addresses, are told apart; who was seen
// least recently starts anew.
const Watched = 10_000

// Rates bounds how many requests a second each of many may send: a token bucket each.
type Rates struct {
	most    int
	buckets *lru.Cache[string, *rate.Limiter]
}

// NewRates lets most requests a second pass, and twice as many at once; 0: any number.
func NewRates(most int) *Rates {
	buckets, err := lru.New[string, *rate.Limiter](Watched)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &Rates{most, buckets}
}

// Allow says whether the name may send another.
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
