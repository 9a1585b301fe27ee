// Package feeding holds the benchmarks of the live feed: what its subscribers cost the writes, how
// soon an event arrives, how much memory a subscriber needs, and how fast a subscriber that is far
// behind gets the events.
package feeding
