SELECT 1
/
select 2
go
GO -- x
 / /* y */
