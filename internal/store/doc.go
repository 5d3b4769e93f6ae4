// Package store is what the service must remember between two runs, as a contract: the values,
// and the store by roles. A store is a package below that implements Store, passes the tests of
// storetest, and is opened in package backend.
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
// A store may lose its newest transactions, such as by a power cut, and the next sweep finds what
// they said; but never a part of one, nor an older one before a newer one.
package store
