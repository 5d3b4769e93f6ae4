-- What was decided on each card, instead of only what it was settled on. The rest of a row
-- is told by the next look at the card: until then its verdict is empty.
-- +goose Up
create table card (
    task           bigint not null,
    board          text   not null,
    column_id      text   not null,
    column_name    text   not null,
    state          text   not null,
    verdict        text   not null,
    why            text   not null,
    since          bigint not null,
    placed         bigint not null,
    reason         text   not null,
    next           text   not null,
    decided        bigint not null,
    read           bigint not null,
    digest         text   not null,
    settled_column text   not null,
    settled_at     bigint not null,
    primary key (task, board)
) without rowid;

insert into card (task, board, column_id, column_name, state, verdict, why, since, placed, reason, next, decided, read, digest, settled_column, settled_at)
select task, board, column_name, '', '', '', '', 0, 0, '', '', at, at, digest, column_name, at from settled;
-- Those on which nobody looked, since no board counts a change of theirs.
update card set column_id = '', verdict = 'no-change', why = 'no-change', reason = '"no board counts a change of it"' where settled_column = '?';

drop table settled;

-- Whenever the column, the state, the verdict or the code of the reason of a card became another.
create table history (
    id           integer primary key,
    at           bigint not null,
    task         bigint not null,
    board        text   not null,
    from_column  text   not null,
    from_name    text   not null,
    from_state   text   not null,
    from_verdict text   not null,
    from_why     text   not null,
    to_column    text   not null,
    to_name      text   not null,
    to_state     text   not null,
    to_verdict   text   not null,
    to_why       text   not null,
    actor        text   not null,
    actor_id     text   not null,
    actor_name   text   not null
);
create index history_card on history (task, board);

-- That of the change's snapshot.
alter table change add column shape bigint not null default 1;

-- +goose Down
alter table change drop column shape;
drop table history;
create table settled (
    task        bigint not null,
    board       text   not null,
    digest      text   not null,
    column_name text   not null,
    at          bigint not null,
    primary key (task, board)
) without rowid;
insert into settled (task, board, digest, column_name, at)
select task, board, digest, settled_column, settled_at from card where digest <> '';
drop table card;
