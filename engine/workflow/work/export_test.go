package work

// Quiet calls quiet, which returns the logger that is given to River.
var Quiet = quiet
