-- +goose Up
create table ask (
    change text   not null,
    why    text   not null,
    votes  bigint not null,
    who    text   not null,
    at     bigint not null,
    open   bigint not null,
    primary key (change, why, votes, who)
) without rowid;
create index ask_at on ask (at);

create table ask_next (
    key text   not null primary key,
    at  bigint not null
) without rowid;

-- +goose Down
drop table ask_next;
drop table ask;
