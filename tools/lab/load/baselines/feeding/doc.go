// Package feeding holds the benchmarks of the live feed. They measure by how much subscribers slow
// the writes, how soon an event arrives, and how much memory a subscriber needs. They also measure
// how fast a subscriber that is far behind gets the events.
package feeding
