// Package onriver executes jobs with the library River, with the settings of decision 28. Package
// todo executes jobs without River.
package onriver
