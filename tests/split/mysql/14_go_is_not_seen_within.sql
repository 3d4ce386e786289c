go
SELECT 1
go
;
