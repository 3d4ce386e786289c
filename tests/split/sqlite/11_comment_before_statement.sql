-- The table of users.
-- It has two columns.
CREATE TABLE users (
  id INTEGER PRIMARY KEY, -- the key;
  name TEXT NOT NULL /* the name; */
);
