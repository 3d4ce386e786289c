SELECT 1
go
SELECT 2
GO -- with a comment
SELECT 3
Go /* or two */ /* ; */
go
SELECT 4 AS
go;
