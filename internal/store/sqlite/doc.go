// Package sqlite is the store in a file of SQLite.
//
// # What is kept
//
//	moment        dates: when the store was made, when a board was first seen, since when there
//	              are comments of a kind, how far the polls came
//	change        one row per change that a query found or that was read: the meta_rev_id of the
//	              newest query gave (found), the one of the snapshot (meta), whether it is open,
//	              the newest sweep that found it
//	snapshot      what was read, as JSON of the caller; apart from change, so that stamping
//	              a sweep on ten thousand changes does not rewrite their snapshots; one of
//	              another form (review.Shape) is read again
//	link          which change names which task, now or in an earlier patch set
//	agenda        what is to be done, and when: one row per change, per task and so on
//	board_column  the PHID that a column's name was bound to
//	card          the last decision on a card, where the card stands, and the facts
//	              that it was settled on, as a digest
//	history       a row for each change of a card's column, state, verdict or reason:
//	              from, to, and by whom; kept for ever
//	said          the comments that were made on a task, by their keys
//	op            each write to a server: begun, and how it ended
//	pause         what is paused, since when and why
//	duty          the fixed shifts of the rotation: who was chosen, and who was on duty
//	duty_member   who was made a member of the project of the people on duty
//
// Times are Unix milliseconds, 0 for none. The statements are those that SQLite and
// PostgreSQL share.
//
// A row of the agenda is behind while want <> done, and due from not_before on. Nothing else of it
// need be durable: the scheduler hears of each that comes onto the agenda (Listen), once
// that is stored, and reads all rows of a kind only at its start; an index would cost each mark and
// each done.
//
// Commits are not forced to the disk one by one (synchronous=NORMAL). A killed process loses
// none; a power cut may lose the newest, and the next sweep finds what they said.
package sqlite
