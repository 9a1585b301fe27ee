// Package measure records the times and the results of the steps (operations of clients) of a load.
// It also records how late the steps began. A Result is the summary of a run. Package measure sends
// no requests.
package measure
