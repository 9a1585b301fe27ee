// Package prove has the service prove itself: its chain over the log, and what projections
// applied.
package prove
