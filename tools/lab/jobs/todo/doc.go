// Package todo executes jobs from a table of its own: the alternative to River that decision 28
// measures. It has what a comparison needs, and less than a service needs: no states that an
// operator can see, no limit of attempts, and no pause.
package todo
