.bail on
.print "a; b"
SELECT 1;
.headers on
SELECT 2
.print no command here
;
.quit
