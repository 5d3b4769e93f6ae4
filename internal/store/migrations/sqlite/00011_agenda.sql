-- What is to be done and when, instead of what is behind.
-- +goose Up
create table agenda (
    kind       text   not null,
    key        text   not null,
    want       bigint not null,
    done       bigint not null,
    not_before bigint not null,
    urgent     bigint not null,
    attempts   bigint not null,
    class      text   not null,
    error      text   not null,
    since      bigint not null,
    primary key (kind, key)
) without rowid;

insert into agenda (kind, key, want, done, not_before, urgent, attempts, class, error, since)
select kind, key, want, done, next_at, 0, attempts, class, error, since from work;

drop table work;

-- +goose Down
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

insert into work (kind, key, want, done, attempts, next_at, class, error, since)
select kind, key, want, done, attempts, not_before, class, error, since from agenda;

drop table agenda;
