-- +goose Up
-- The project that a hashtag of the config was found to be.
create table project (
	tag  text primary key,
	phid text not null
);

-- +goose Down
drop table project;
