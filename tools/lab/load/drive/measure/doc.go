// Package measure records the times and outcomes of the steps (operations of clients) of a load,
// and how late the steps began. The Result of a run sums up these records. Package measure sends no
// requests.
package measure
