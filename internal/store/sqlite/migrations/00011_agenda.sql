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

-- When asking is decided on again, unless that is to be done anyway.
insert into agenda (kind, key, want, done, not_before, urgent, attempts, class, error, since)
select 'ask', key, 1, 0, at, 0, 0, '', '', 0 from ask_next where true
on conflict (kind, key) do update set want = agenda.done + 1,
    not_before = case when agenda.want = agenda.done then excluded.not_before else agenda.not_before end;

drop table ask_next;

-- Whether something is deployed that cards wait for.
insert into agenda (kind, key, want, done, not_before, urgent, attempts, class, error, since)
select distinct 'deployed', key, 1, 0, 0, 0, 0, '', '', 0 from wait;

-- Writes whose answer was lost, some of which may take effect yet.
insert into agenda (kind, key, want, done, not_before, urgent, attempts, class, error, since)
select distinct 'lost', cast(task as text), 1, 0, 0, 0, 0, 'retry', 'the answer was lost', 0 from op where state = 'unknown' and task <> 0;

-- +goose Down
create table ask_next (
    key text   not null primary key,
    at  bigint not null
) without rowid;

insert into ask_next (key, at) select key, not_before from agenda where kind = 'ask' and want <> done;

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
select kind, key, want, done, attempts, not_before, class, error, since from agenda where kind in ('change', 'task', 'ask');

drop table agenda;
