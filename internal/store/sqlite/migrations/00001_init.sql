-- +goose Up
create table moment (
    kind text   not null,
    name text   not null,
    at   bigint not null,
    primary key (kind, name)
) without rowid;

create table change (
    key   text   not null primary key,
    found text   not null,
    meta  text   not null,
    open  bigint not null,
    sweep bigint not null
) without rowid;
create index change_open on change (sweep) where open = 1;

create table snapshot (
    key  text not null primary key,
    body text not null
);

create table link (
    key  text   not null,
    task bigint not null,
    primary key (key, task)
) without rowid;
create index link_task on link (task, key);

create table work (
    kind     text   not null,
    key      text   not null,
    want     bigint not null,
    done     bigint not null,
    attempts bigint not null,
    next_at  bigint not null,
    class    text   not null,
    error    text   not null,
    since    bigint not null,
    primary key (kind, key)
) without rowid;

create table board_column (
    board text not null,
    name  text not null,
    phid  text not null,
    primary key (board, name)
) without rowid;

create table settled (
    task        bigint not null,
    board       text   not null,
    digest      text   not null,
    column_name text   not null,
    at          bigint not null,
    primary key (task, board)
) without rowid;

create table op (
    id      integer primary key,
    key     text   not null,
    task    bigint not null,
    board   text   not null,
    kind    text   not null,
    detail  text   not null,
    state   text   not null,
    created bigint not null,
    ended   bigint not null,
    result  text   not null,
    error   text   not null
);
create index op_key on op (key);
create index op_task on op (task);

-- +goose Down
drop table op;
drop table settled;
drop table board_column;
drop table work;
drop table link;
drop table snapshot;
drop table change;
drop table moment;
