// Package feeding holds the benchmarks of the live feed. The benchmarks measure how much
// subscribers slow the writes, how soon an event arrives at a subscriber, and how much memory a
// subscriber needs. They also measure how fast a subscriber that is far behind the log gets events.
package feeding
