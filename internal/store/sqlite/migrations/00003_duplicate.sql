-- +goose Up
create table duplicate (
    task     bigint not null primary key,
    target   bigint not null,
    at       bigint not null,
    modified bigint not null
) without rowid;
create index duplicate_target on duplicate (target, task);

-- +goose Down
drop table duplicate;
