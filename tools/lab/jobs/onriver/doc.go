// Package onriver executes jobs with River, with the settings of decision 28. Package todo has the
// alternative.
package onriver
