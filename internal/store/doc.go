// Package store keeps what the service must remember between two runs, in SQLite.
//
// # What is kept
//
//	moment        dates: when the store was made, when a board was first seen, since when there
//	              are comments of a kind, how far the polls came
//	change        one row per change that a query found or that was read: the meta_rev_id that the
//	              newest query told (found), the one of the snapshot (meta), whether it is open,
//	              and the sweep that met it last
//	snapshot      what was read, as the caller wrote it (JSON); apart from change, so that stamping
//	              a sweep on ten thousand changes does not rewrite their snapshots; one of
//	              another shape (review.Shape) is read again
//	link          which change names which task, now or in an earlier patch set
//	agenda        what is to be done, and when: one row per change, per task and so on
//	board_column  the PHID that a column's name was bound to
//	card          what was decided last on a task on a board, where the card stands, and the facts
//	              that it was settled on, as a digest
//	history       a row for each time that a card's column, state, verdict or reason became another:
//	              from, to, and by whom; kept for ever
//	said          the comments that were made on a task, by what they tell
//	op            each write to a server: begun, and how it ended
//	duty          the shifts of the rotation that people rely on: whom each chose, and who was on duty
//	duty_member   whom the service made a member of the project of those on duty
//
// Times are Unix milliseconds, 0 for none. The statements are those that SQLite and
// PostgreSQL share.
//
// # The agenda
//
// A row is behind, or open, while want <> done, and due from not_before on. To mark is want+1, due
// at once; who works reads want first (that is the generation), then the servers, and at the end
// sets done to the generation that it read. A mark that comes in between leaves the row behind, so
// it is worked on again and nothing is lost. A mark also lifts a backoff or a block. Nothing else
// need be durable: who schedules the rows is told of each that comes onto the agenda (Listen), once
// that is stored, and reads all rows of a kind only at its start; an index would cost each mark and
// each done.
//
// # Order of writes, and what a crash there means
//
//   - A query's rows are marked and its watermark is moved in one transaction: no change is
//     skipped. A crash before it asks the same query again.
//   - A change's snapshot, its links, the marks on its tasks and its own done are one
//     transaction. A crash before it reads the change again.
//   - An op is begun before the write to the server and ended after it. A crash in between
//     leaves it pending: the write may have happened. The task is still behind, since its done
//     comes last; who works on it next finds the op in Pending and looks at the server first.
//   - The end of an op of which nobody knows whether it happened puts a lost answer on the agenda,
//     in one transaction: as long as that is there it may happen yet, and nothing that must happen
//     once is done to the task. The end of a move puts a second look there likewise.
//   - An op's end, the card with its settled digest, its history and the comments in that edit are
//     one transaction: there is no move that is known to be made and would be decided again from the
//     same facts, and no comment that would be made again. After a crash before it the comment is
//     found on the task.
//   - Done on the task is last. A crash before it decides again from the same facts, which gives
//     nothing to do.
//
// Commits are not forced to the disk one by one (synchronous=NORMAL). A killed process loses
// none; a power cut may lose the newest, and the next sweep finds what they said.
package store
