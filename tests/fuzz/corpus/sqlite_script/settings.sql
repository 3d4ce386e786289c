PRAGMA foreign_keys = OFF;
ATTACH 'x' AS x;
BEGIN IMMEDIATE TRANSACTION;
ROLLBACK TO s;
PRAGMA main.journal_mode(wal);
END;
PRAGMA foreign_keys=on;
DETACH x;
