package admission

import (
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// Watched is the maximum number of names (subjects or addresses) that are counted at the same time.
// If a request with another name arrives, the count of the name that was used least recently is
// deleted. The next request of that name starts a new count.
const Watched = 10_000

// Rates limits the requests per second of each client. The requests of a client are counted under a
// name, and each name has a token bucket.
type Rates struct {
	most    int
	buckets *lru.Cache[string, *rate.Limiter]
}

// NewRates returns a Rates. The parameter most is the number of requests per second that each name
// may send; a burst may have twice as many requests. If most is 0, there is no limit.
func NewRates(most int) *Rates {
	buckets, err := lru.New[string, *rate.Limiter](Watched)
	if err != nil {
		panic(err) // lru.New fails only for a size that is not positive
	}
	return &Rates{most, buckets}
}

// Allow counts a request of the name, and reports whether the request is within the limit.
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
