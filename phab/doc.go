// Package phab is a thin, typed client of the part of Phabricator's (and Phorge's)
// Conduit API that reviewsync uses. ReadWebhook decodes a Herald webhook, which only says
// which task to read again.
//
// Every error is a remote.Error, except those of a call that was not sent and those of
// ReadWebhook. The package decodes what PHP makes of maps and numbers: an empty map comes
// as [], a number may come as a string, and anything may be null.
//
// Conduit takes an empty list in a constraint for no constraint, and an edit without a
// task for the wish to create one. No method here sends either.
package phab
