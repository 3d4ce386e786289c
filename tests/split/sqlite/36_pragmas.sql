PRAGMA foreign_keys = ON;
PRAGMA main.user_version = 3;
PRAGMA user_version;
PRAGMA table_info('t');
ATTACH ':memory:' AS other;
CREATE TABLE other.t (a);
DETACH other;
VACUUM;
