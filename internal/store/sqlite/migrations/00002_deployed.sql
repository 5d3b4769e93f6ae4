-- +goose Up
-- Of merged changes: what those with the same Change-Id in the same repository share.
alter table change add column twins text not null default '';
create index change_twins on change (twins) where twins <> '';

create table contained (
    key   text   not null,
    ref   text   not null,
    since bigint not null,
    primary key (key, ref)
) without rowid;

create table looked (
    key text   not null primary key,
    at  bigint not null
) without rowid;

create table wait (
    task  bigint not null,
    board text   not null,
    key   text   not null,
    until bigint not null,
    since bigint not null,
    primary key (task, board, key)
) without rowid;

-- +goose Down
drop table wait;
drop table looked;
drop table contained;
drop index change_twins;
alter table change drop column twins;
