-- +goose Up
create table said (
    task bigint not null,
    key  text   not null,
    primary key (task, key)
) without rowid;

-- +goose Down
drop table said;
