-- What is paused: a board by its hashtag, or everything.
-- +goose Up
create table pause (
    board text   not null primary key,
    since bigint not null,
    why   text   not null
) without rowid;

-- What a pause has stopped is on the agenda with the class 'paused'.

-- +goose Down
drop table pause;
