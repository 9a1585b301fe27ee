package admission

import (
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// Watched is how many subjects and how many addresses are counted. If there are more names, the
// count of the name that was used least recently is dropped; the next request of that name
// starts a new count.
const Watched = 10_000

// Rates limits how many requests per second each name may send. Each name has a token bucket.
type Rates struct {
	most    int
	buckets *lru.Cache[string, *rate.Limiter]
}

// NewRates returns Rates in which most is the number of requests per second that each name may
// send, with bursts of twice as many. If most is 0, there is no limit.
func NewRates(most int) *Rates {
	buckets, err := lru.New[string, *rate.Limiter](Watched)
	if err != nil {
		panic(err) // lru.New fails only for a size that is not positive
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
