-- +goose Up
-- What each write was, as JSON, and for a card the columns that it came from and went to.
-- Those before have their sentence in detail.
alter table op add column effect text not null default '';
alter table op add column from_column text not null default '';
alter table op add column to_column text not null default '';

-- +goose Down
alter table op drop column to_column;
alter table op drop column from_column;
alter table op drop column effect;
